@testable import ComponentEncoder

/// Lists a component's items, one per line, by reading the binary format anew: tests compare it with what the specification asks for.
struct ComponentDump {
  private(set) var lines: [String] = []

  init(_ bytes: [UInt8]) throws { try self.init(bytes, 0..<bytes.count, indent: "") }

  private init(_ bytes: [UInt8], _ range: Range<Int>, indent: String) throws {
    var reader = ByteReader(bytes, range: range)
    let preamble = try reader.skip(8)
    lines.append(indent + "component \(bytes[preamble].map { String($0, radix: 16) }.joined(separator: " "))")
    while !reader.isAtEnd {
      let id = try reader.byte()
      let content = try reader.skip(try reader.unsigned())
      var section = ByteReader(bytes, range: content)
      switch id {
      case 0: lines.append(indent + "custom \(try section.name())")
      case 1: lines.append(indent + "core module")
      case 4: lines += try ComponentDump(bytes, content, indent: indent + "  ").lines
      default:
        for _ in 0..<(try section.unsigned()) { lines.append(indent + (try Self.item(id, &section))) }
      }
    }
  }

  private static func item(_ section: UInt8, _ reader: inout ByteReader) throws -> String {
    switch section {
    case 2, 5:
      let what = section == 2 ? "core instance" : "instance"
      if try reader.byte() == 0 {
        let source = try reader.unsigned()
        let arguments = try list(&reader) { "\(try $0.name())=\(try $0.byte()):\(try $0.unsigned())" }
        return "\(what) of \(source) with [\(arguments)]"
      }
      let exports = try list(&reader) { reader in
        if section == 5 { _ = try reader.byte() }
        return "\(try reader.name())=\(try reader.byte()):\(try reader.unsigned())"
      }
      return "\(what) [\(exports)]"
    case 6:
      let sort = try reader.byte()
      let core = sort == 0 ? ":\(try reader.byte())" : ""
      return "alias \(sort)\(core) target \(try reader.byte()) of \(try reader.unsigned()) \(try reader.name())"
    case 7: return "type " + (try type(&reader))
    case 8:
      switch try reader.byte() {
      case 0:
        _ = try reader.byte()
        return "lift \(try reader.unsigned()) [\(try list(&reader, option))] type \(try reader.unsigned())"
      case 1:
        _ = try reader.byte()
        return "lower \(try reader.unsigned()) [\(try list(&reader, option))]"
      default: return "resource.drop \(try reader.unsigned())"
      }
    case 10:
      _ = try reader.byte()
      return "import \(try reader.name()) " + (try externType(&reader))
    default:
      _ = try reader.byte()
      let export = "export \(try reader.name()) \(try reader.byte()):\(try reader.unsigned())"
      return try reader.byte() == 0 ? export : export + " as " + (try externType(&reader))
    }
  }

  private static func list(_ reader: inout ByteReader, _ item: (inout ByteReader) throws -> String) throws -> String {
    var items: [String] = []
    for _ in 0..<(try reader.unsigned()) { items.append(try item(&reader)) }
    return items.joined(separator: ", ")
  }

  private static func option(_ reader: inout ByteReader) throws -> String {
    switch try reader.byte() {
    case 0: "utf8"
    case 3: "memory \(try reader.unsigned())"
    case 4: "realloc \(try reader.unsigned())"
    default: "post-return \(try reader.unsigned())"
    }
  }

  private static func externType(_ reader: inout ByteReader) throws -> String {
    let sort = try reader.byte()
    guard sort == 3 else { return "\(sort) type \(try reader.unsigned())" }
    return try reader.byte() == 1 ? "sub resource" : "eq \(try reader.unsigned())"
  }

  private static func type(_ reader: inout ByteReader) throws -> String {
    switch try reader.byte() {
    case 0x42:
      return "instance {" + (try list(&reader) { reader in
        switch try reader.byte() {
        case 0x01: return try type(&reader)
        case 0x02: return "alias \(try reader.byte()) \(try reader.byte()) \(try reader.unsigned()) \(try reader.unsigned())"
        default:
          _ = try reader.byte()
          return "export \(try reader.name()) " + (try externType(&reader))
        }
      }) + "}"
    case 0x40:
      let parameters = try list(&reader) { "\(try $0.name()): \(try value(&$0))" }
      if try reader.byte() == 0 { return "func(\(parameters)) -> \(try value(&reader))" }
      _ = try reader.byte()
      return "func(\(parameters))"
    case 0x72: return "record {\(try list(&reader) { "\(try $0.name()): \(try value(&$0))" })}"
    case 0x71:
      return "variant {" + (try list(&reader) { reader in
        let name = try reader.name()
        let payload = try optional(&reader)
        _ = try reader.byte()
        return "\(name)(\(payload))"
      }) + "}"
    case 0x70: return "list \(try value(&reader))"
    case 0x6f: return "tuple \(try list(&reader, value))"
    case 0x6e: return "flags \(try list(&reader) { try $0.name() })"
    case 0x6d: return "enum \(try list(&reader) { try $0.name() })"
    case 0x6b: return "option \(try value(&reader))"
    case 0x6a: return "result \(try optional(&reader)) \(try optional(&reader))"
    case 0x69: return "own \(try reader.unsigned())"
    case 0x68: return "borrow \(try reader.unsigned())"
    case let byte: return primitive(byte)
    }
  }

  private static func optional(_ reader: inout ByteReader) throws -> String { try reader.byte() == 0 ? "_" : try value(&reader) }

  private static func value(_ reader: inout ByteReader) throws -> String {
    let byte = try reader.byte()
    if byte < 0x40 { return "\(byte)" }
    return byte < 0x80 ? primitive(byte) : "\(UInt32(byte & 0x7f) | UInt32(try reader.byte()) << 7)"
  }

  private static func primitive(_ byte: UInt8) -> String { WITPrimitive(rawValue: byte).map { "\($0)" } ?? "0x\(String(byte, radix: 16))" }
}
