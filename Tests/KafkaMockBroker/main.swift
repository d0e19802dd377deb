// librdkafka's mock cluster as a process of its own. It prints its address, takes commands on standard input, answers each with a line, and ends
// with its input.
//
//   topic NAME PARTITIONS    makes a topic
//   down BROKER, up BROKER   closes a broker's connections and port, opens it again
//   fail API CODE COUNT      answers the next requests of a kind with an error
#if Kafka
  import CRDKafka
  import Glibc

  func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    write(STDOUT_FILENO, bytes, bytes.count)
  }
  guard CommandLine.arguments.count <= 2, let brokers = Int32(CommandLine.arguments.dropFirst().first ?? "1"), (1...9).contains(brokers) else {
    say("usage: kafka-mock-broker [BROKERS]")
    exit(64)
  }
  guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nil, 0), let cluster = rd_kafka_mock_cluster_new(client, brokers) else {
    say("the cluster cannot be started")
    exit(70)
  }
  say(String(cString: rd_kafka_mock_cluster_bootstraps(cluster)))
  while let line = readLine() {
    let words = line.split(separator: " ").map(String.init)
    let numbers = words.dropFirst().compactMap { Int32($0) }
    var code = RD_KAFKA_RESP_ERR__INVALID_ARG
    switch (words.first, numbers.count) {
    case ("topic", 1): code = rd_kafka_mock_topic_create(cluster, words[1], numbers[0], 1)
    case ("down", 1): code = rd_kafka_mock_broker_set_down(cluster, numbers[0])
    case ("up", 1): code = rd_kafka_mock_broker_set_up(cluster, numbers[0])
    case ("fail", 3):
      let errors = [rd_kafka_resp_err_t](repeating: rd_kafka_resp_err_t(rawValue: numbers[1]), count: Int(max(0, numbers[2])))
      rd_kafka_mock_push_request_errors_array(cluster, Int16(clamping: numbers[0]), errors.count, errors)
      code = RD_KAFKA_RESP_ERR_NO_ERROR
    default: break
    }
    say(code == RD_KAFKA_RESP_ERR_NO_ERROR ? "ok" : String(cString: rd_kafka_err2str(code)))
  }
  rd_kafka_mock_cluster_destroy(cluster)
  rd_kafka_destroy(client)
#endif
