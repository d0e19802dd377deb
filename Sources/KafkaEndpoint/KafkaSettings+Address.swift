#if Kafka
  internal import Dataflow
  public import EndpointKit
  internal import Kafka

  /// Kafka endpoints as they are written on the command line: `kafka://host:9092/readings?group=mill`.
  extension KafkaSettings {
    /// The topics that an address names, separated by commas.
    public static func topics(of address: EndpointAddress) -> [String] {
      address.path.split(separator: ",").map(String.init)
    }

    /// What the settings of an address mean. Names and values are those of AIO's resources where those have them.
    ///
    /// - Parameter readFile: reads the files that settings name: certificates, keys, passwords, tokens.
    /// - Throws: `invalid` for a setting that is unknown or cannot have its value.
    public init(_ address: EndpointAddress, readFile: @escaping @Sendable (String) throws(EndpointError) -> String) throws(EndpointError) {
      try self.init(address, wallMilliseconds: { Int64(clamping: EndpointClock.systemWallTime().seconds) * 1000 }, readFile: readFile)
    }

    /// - Parameter wallMilliseconds: milliseconds since the epoch, for tokens that do not say when they end.
    init(
      _ address: EndpointAddress, wallMilliseconds: @escaping @Sendable () -> Int64, readFile: @escaping @Sendable (String) throws(EndpointError) -> String
    ) throws(EndpointError) {
      let host = address.host.contains(":") ? "[\(address.host)]" : address.host
      self.init(host: "\(host):\(address.port ?? 9092)")
      var login = Login(username: address.user, password: address.password)
      for (name, value) in address.settings {
        let setting = Setting(address: address, name: name, value: value)
        switch name {
        case "brokers": self.host += "," + value
        case "group", "consumerGroupId": consumerGroupID = value
        case "start": start = try setting.choice()
        case "until": stopsAtEnd = try setting.choice(["end": true, "stopped": false])
        case "time": usesRecordTime = try setting.choice(["record": true, "arrival": false])
        case "readAhead": readAhead = try setting.number(1...1_000_000)
        case "compression": compression = try setting.choice()
        case "acks", "kafkaAcks": acks = try setting.choice()
        case "latencyMs": batching.latency = try setting.number(0...65_535)
        case "maxBytes": batching.maxBytes = try setting.number(1...2_147_483_647)
        case "maxMessages": batching.maxMessages = try setting.number(1...1_000_000)
        case "partitionStrategy": partitionStrategy = try setting.choice()
        case "partitionKeyProperty": partitionKeyProperty = value
        case "instance": instance = try setting.number(0...1_000_000)
        case "copyMqttProperties": copiesProperties = try setting.choice(["enabled": true, "disabled": false])
        case "cloudEventAttributes": cloudEventAttributes = try setting.choice() as CloudEvents.Mode
        case "deliveryTimeout": deliveryTimeout = .seconds(try setting.number(1...86_400))
        case "delivery": delivery = try setting.choice()
        case "tls": tls = try setting.choice(["enabled": tls ?? TLS(), "disabled": nil])
        case "ca": tls = TLS(trustedAuthorities: try readFile(value))
        case "certificate": login.certificate = try readFile(value)
        case "key": login.key = try readFile(value)
        case "sasl": login.mechanism = try setting.choice() as SASLMechanism
        case "passwordFile": login.password = try readFile(value).withoutLineEnd
        case "tokenFile": login.tokenFile = value
        case let name where name.hasPrefix("rdkafka."): options[String(name.dropFirst(8))] = value
        default: throw EndpointError(.invalid, address.description, "Kafka has no setting \(name). There are \(Self.settingNames.joined(separator: ", ")), and rdkafka.* for all that librdkafka has.")
        }
      }
      authentication = try login.authentication(address, readFile, wallMilliseconds)
    }

    private static let settingNames = [
      "group", "brokers", "start", "until", "time", "readAhead", "compression", "acks", "latencyMs", "maxBytes", "maxMessages", "partitionStrategy",
      "partitionKeyProperty", "instance", "copyMqttProperties", "cloudEventAttributes", "deliveryTimeout", "delivery", "tls", "ca", "certificate", "key", "sasl", "passwordFile",
      "tokenFile",
    ]
  }

  private struct Setting {
    let address: EndpointAddress, name: String, value: String

    func number(_ range: ClosedRange<Int>) throws(EndpointError) -> Int {
      guard let number = Int(value), range.contains(number) else { throw invalid("a number from \(range.lowerBound) to \(range.upperBound)") }
      return number
    }

    func choice<Value>(_ values: KeyValuePairs<String, Value>) throws(EndpointError) -> Value {
      guard let found = values.first(where: { $0.key == value.lowercased() }) else { throw invalid(values.map(\.key).joined(separator: " or ")) }
      return found.value
    }

    func choice<Value: CaseIterable & RawRepresentable>() throws(EndpointError) -> Value where Value.RawValue == String {
      guard let found = Value.allCases.first(where: { $0.rawValue.lowercased() == value.lowercased() }) else {
        throw invalid(Value.allCases.map(\.rawValue).joined(separator: " or "))
      }
      return found
    }

    private func invalid(_ expected: String) -> EndpointError {
      EndpointError(.invalid, address.description, "The setting \(name) takes \(expected), not \"\(value)\".")
    }
  }

  private struct Login {
    var username: String?, password: String?
    var mechanism: KafkaSettings.SASLMechanism?
    var certificate: String?, key: String?
    var tokenFile: String?

    func authentication(
      _ address: EndpointAddress, _ readFile: @escaping @Sendable (String) throws(EndpointError) -> String, _ now: @escaping @Sendable () -> Int64
    ) throws(EndpointError) -> KafkaSettings.Authentication {
      func invalid(_ message: String) -> EndpointError { EndpointError(.invalid, address.description, message) }
      if let tokenFile {
        return .oauthBearer { () throws(EndpointError) in
          // Read again for each token: whoever renews it writes the file.
          let token = try readFile(tokenFile).withoutLineEnd
          let claims = JWTClaims(token)
          return OAuthToken(value: token, expiry: claims.expiry.map { $0 * 1000 } ?? now() + 300_000, principal: username ?? "millrace")
        }
      }
      if let certificate {
        guard let key else { throw invalid("A certificate needs its key: key=FILE.") }
        return .x509(certificate: certificate, key: key)
      }
      if username != nil || mechanism != nil || password != nil {
        guard let username, let password else { throw invalid("To log in takes a user in front of the host, kafka://user@host, and passwordFile=FILE.") }
        return .sasl(mechanism ?? .plain, username: username, password: password)
      }
      return .anonymous
    }
  }

  /// What a token says of itself, if it is a JSON Web Token.
  struct JWTClaims: Hashable {
    /// Seconds since the epoch.
    var expiry: Int64?

    init(_ token: String) {
      let parts = token.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 3 else { return }
      var text = Self.decoded(parts[1].utf8)[...]
      while let start = text.firstRange(of: Array("\"exp\"".utf8)) {
        text = text[start.upperBound...].drop { $0 == UInt8(ascii: " ") }
        guard text.first == UInt8(ascii: ":") else { continue }
        let digits = text.dropFirst().drop { $0 == UInt8(ascii: " ") }.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        expiry = Int64(String(decoding: digits, as: UTF8.self))
        return
      }
    }

    /// Base64 as URLs have it (RFC 4648 §5); ends at the first other character.
    private static func decoded(_ text: Substring.UTF8View) -> [UInt8] {
      let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
      var bytes: [UInt8] = [], bits: UInt32 = 0, count = 0
      for character in text {
        guard let value = alphabet.firstIndex(of: character) else { break }
        bits = bits << 6 | UInt32(value)
        count += 6
        if count >= 8 {
          count -= 8
          bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
      }
      return bytes
    }
  }

  extension String {
    /// Without the line end that editors put at a file's end.
    fileprivate var withoutLineEnd: String {
      var text = self
      while text.last?.isNewline == true { text.removeLast() }
      return text
    }
  }
#endif
