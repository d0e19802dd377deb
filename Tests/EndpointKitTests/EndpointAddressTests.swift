import EndpointKit
import Testing

struct EndpointAddressTests {
  @Test func `An address has scheme, user, host, port, path and settings`() throws {
    let address = try EndpointAddress("MQTT://me:pass%40word@broker.example:1883/sensors/+/#?qos=1&clientId=a%26b")
    #expect(address.scheme == "mqtt" && address.user == "me" && address.password == "pass@word")
    #expect(address.host == "broker.example" && address.port == 1883 && address.path == "sensors/+/#")
    #expect(address.settings.map(\.name) == ["qos", "clientId"] && address.settings.map(\.value) == ["1", "a&b"])
  }

  @Test func `What may be missing is missing`() throws {
    let address = try EndpointAddress("kafka://localhost")
    #expect(address.user == nil && address.password == nil && address.port == nil && address.path.isEmpty && address.settings.isEmpty)
  }

  @Test(arguments: [("mqtt://[::1]:1883/a", "::1", 1883), ("mqtt://[fe80::1]/a", "fe80::1", nil), ("mqtt://10.0.0.1/a", "10.0.0.1", nil)] as [(String, String, Int?)])
  func `Hosts are names and addresses`(_ text: String, _ host: String, _ port: Int?) throws {
    let address = try EndpointAddress(text)
    #expect(address.host == host && address.port == port && address.path == "a")
  }

  @Test func `Variables and a leading slash of the topic stay as they are`() throws {
    #expect(try EndpointAddress("mqtt://h/out/${inputTopic.2}").path == "out/${inputTopic.2}")
    #expect(try EndpointAddress("mqtt://h//out").path == "/out")
    #expect(try EndpointAddress("mqtt://h/a%3Fb?qos=0").path == "a?b")
  }

  @Test func `A password is not shown`() throws {
    let address = try EndpointAddress("mqtt://me:secret@h/a")
    #expect(address.description == "mqtt://me:…@h/a")
    let error = #expect(throws: EndpointError.self) { try EndpointAddress("mqtt://me:secret@h:x/a") }
    #expect(error?.description.contains("secret") == false)
  }

  @Test(arguments: ["mqtt:/h", "://h", "1a://h", "mqtt://", "mqtt:///a", "mqtt://h:0/a", "mqtt://h:65536/a", "mqtt://h:x", "mqtt://::1/a", "mqtt://[::1]x/a", "mqtt://h/%zz", "mqtt://h/%F", "mqtt://h/%FF", "mqtt://h/%+1", "mqtt://h/a?qos"])
  func `What is no address is refused`(_ text: String) {
    let error = #expect(throws: EndpointError.self) { try EndpointAddress(text) }
    #expect(error?.code == .invalid)
  }

  @Test(arguments: [("mqtt://h", true), ("images/", false), ("a://b", true), ("/a/b", false), ("C:\\x", false), ("-", false), ("name=a", false)])
  func `Paths of files are told from addresses`(_ text: String, _ isAddress: Bool) {
    #expect(EndpointAddress.isAddress(text) == isAddress)
  }
}
