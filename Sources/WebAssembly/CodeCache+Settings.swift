internal import Glibc

extension CodeCache {
  /// Where compiled code is to be kept, and how much of it. Nothing is looked at or made yet.
  public struct Settings: Sendable, Hashable {
    /// Nil for no cache.
    public var directory: String?
    /// In bytes.
    public var limit = CodeCache.defaultLimit
    /// What of the environment could not be followed.
    public private(set) var problem: String?

    public init(directory: String?, limit: Int = CodeCache.defaultLimit) {
      self.directory = directory
      self.limit = limit
    }

    /// What the user asks for.
    ///
    /// - Parameter commandLine: the folder that the command line names. Without it: `MILLRACE_CACHE`, else `$XDG_CACHE_HOME/millrace/code`, else `~/.cache/millrace/code`.
    ///   `off` stands for no cache. The limit is that of `MILLRACE_CACHE_LIMIT`, such as `500M`.
    /// - Parameter environment: looks up a variable.
    public init(commandLine: String? = nil, environment: (String) -> String? = Settings.variable) {
      func folder(_ base: String?, _ path: String) -> String? { base.map { $0 + path } }
      let chosen =
        commandLine ?? environment("MILLRACE_CACHE") ?? folder(environment("XDG_CACHE_HOME"), "/millrace/code") ?? folder(environment("HOME"), "/.cache/millrace/code")
      self.directory = chosen == "off" ? nil : chosen
      guard let text = environment("MILLRACE_CACHE_LIMIT") else { return }
      if let limit = Self.byteCount(text) {
        self.limit = limit
      } else {
        problem = "MILLRACE_CACHE_LIMIT is `\(text)`, which is no size; write it as 500M or 2G. 1G is taken instead"
      }
    }

    /// A variable of the process's environment; nil if it is empty.
    public static func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A size as people write it: a whole number, and K, M, G or T for powers of 1024.
    static func byteCount(_ text: String) -> Int? {
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits), let power = ["", "K", "M", "G", "T"].firstIndex(of: text.dropFirst(digits.count).uppercased()) else { return nil }
      let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << (10 * power))
      return overflow ? nil : bytes
    }
  }
}
