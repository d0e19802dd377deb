#if Kafka
  import EndpointKit
  import Kafka
  @testable import KafkaEndpoint
  import Testing

  struct `Kafka addresses` {
    private func settings(_ text: String) throws -> KafkaSettings {
      try KafkaSettings(try EndpointAddress(text), wallMilliseconds: { 1000 }) { path throws(EndpointError) in
        if path == "none" { throw EndpointError(.notFound, path, "There is no such file.") }
        return path + "-content\n"
      }
    }

    @Test func `say all that settings do`() throws {
      let found = try settings(
        "kafka://a/t?brokers=b:2,c:3&group=g&start=LATEST&until=end&time=record&readAhead=7&compression=Gzip&acks=one&latencyMs=9&maxBytes=10&maxMessages=11"
          + "&partitionStrategy=property&partitionKeyProperty=line&instance=3&copyMqttProperties=Disabled&cloudEventAttributes=createorremap&deliveryTimeout=12"
          + "&rdkafka.client.id=mine")
      #expect(found.host == "a:9092,b:2,c:3" && found.consumerGroupID == "g" && found.start == .latest && found.stopsAtEnd && found.usesRecordTime)
      #expect(found.readAhead == 7 && found.compression == .gzip && found.acks == .one && found.batching.latency == 9)
      #expect(found.batching.maxBytes == 10 && found.batching.maxMessages == 11 && found.partitionStrategy == .property && found.partitionKeyProperty == "line")
      #expect(found.instance == 3 && !found.copiesProperties && found.cloudEventAttributes == .createOrRemap && found.deliveryTimeout == .seconds(12))
      #expect(found.options == ["client.id": "mine"] && found.tls == nil)
    }

    @Test func `name topics`() throws {
      #expect(KafkaSettings.topics(of: try EndpointAddress("kafka://h/a,b.c")) == ["a", "b.c"])
      #expect(KafkaSettings.topics(of: try EndpointAddress("kafka://h")) == [])
    }

    @Test func `say how to log in, with secrets in files`() throws {
      let plain = try settings("kafka://me@h/t?passwordFile=secret&ca=roots").producerConfiguration()
      #expect(plain["sasl.mechanism"] == "PLAIN" && plain["sasl.username"] == "me" && plain["sasl.password"] == "secret-content")
      #expect(plain["security.protocol"] == "sasl_ssl" && plain["ssl.ca.pem"] == "roots-content\n")
      let scram = try settings("kafka://me:word@h/t?sasl=scramsha256").producerConfiguration()
      #expect(scram["sasl.mechanism"] == "SCRAM-SHA-256" && scram["sasl.password"] == "word" && scram["security.protocol"] == "sasl_plaintext")
      let certificate = try settings("kafka://h/t?certificate=c&key=k&tls=enabled").producerConfiguration()
      #expect(certificate["ssl.certificate.pem"] == "c-content\n" && certificate["security.protocol"] == "ssl")
      guard case .oauthBearer(let makeToken) = try settings("kafka://me@h/t?tokenFile=token").authentication else { return #expect(Bool(false), "no token") }
      #expect(try makeToken() == OAuthToken(value: "token-content", expiry: 301_000, principal: "me"))
    }

    @Test(arguments: [
      ("kafka://h/t?gruop=g", "no setting gruop"), ("kafka://h/t?acks=most", "Zero or One or All"), ("kafka://h/t?latencyMs=65536", "0 to 65535"), ("kafka://me@h/t", "passwordFile"),
      ("kafka://h/t?certificate=c", "key=FILE"), ("kafka://h/t?until=tomorrow", "end or stopped"), ("kafka://h/t?ca=none", "no such file"),
    ])
    func `that make no sense are refused with what would`(text: String, part: String) {
      let error = #expect(throws: EndpointError.self) { try settings(text) }
      #expect(error?.message.contains(part) == true, "\(String(describing: error))")
    }

    @Test func `a token's end is read from it`() {
      // {"sub":"me","exp": 1700000000}
      #expect(JWTClaims("e30.eyJzdWIiOiJtZSIsImV4cCI6IDE3MDAwMDAwMDB9.c2ln").expiry == 1_700_000_000)
      // {"sub":"exp","x":{}}
      for text in ["", "a", "a.b.c", "e30.eyJzdWIiOiJleHAiLCJ4Ijp7fX0.x", "..", "e30.e30."] { #expect(JWTClaims(text).expiry == nil, "\(text)") }
    }
  }
#endif
