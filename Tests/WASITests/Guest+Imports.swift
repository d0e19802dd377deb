extension Guest {
  /// A function that guests import: the name that their core code uses, the component function, and its core type.
  struct Lowering {
    let name: String, interface: String, function: String, type: String

    init(_ name: String, _ interface: String, _ function: String, _ type: String) {
      (self.name, self.interface, self.function, self.type) = (name, interface, function, type)
    }
  }

  static let lowerings = [
    Lowering("to-debug-string", "error", "[method]error.to-debug-string", "(param i32 i32)"),
    Lowering("ready", "poll", "[method]pollable.ready", "(param i32) (result i32)"),
    Lowering("block", "poll", "[method]pollable.block", "(param i32)"),
    Lowering("poll", "poll", "poll", "(param i32 i32 i32)"),
    Lowering("read", "streams", "[method]input-stream.read", "(param i32 i64 i32)"),
    Lowering("blocking-read", "streams", "[method]input-stream.blocking-read", "(param i32 i64 i32)"),
    Lowering("skip", "streams", "[method]input-stream.skip", "(param i32 i64 i32)"),
    Lowering("blocking-skip", "streams", "[method]input-stream.blocking-skip", "(param i32 i64 i32)"),
    Lowering("subscribe-input", "streams", "[method]input-stream.subscribe", "(param i32) (result i32)"),
    Lowering("check-write", "streams", "[method]output-stream.check-write", "(param i32 i32)"),
    Lowering("write", "streams", "[method]output-stream.write", "(param i32 i32 i32 i32)"),
    Lowering("blocking-write-and-flush", "streams", "[method]output-stream.blocking-write-and-flush", "(param i32 i32 i32 i32)"),
    Lowering("flush", "streams", "[method]output-stream.flush", "(param i32 i32)"),
    Lowering("blocking-flush", "streams", "[method]output-stream.blocking-flush", "(param i32 i32)"),
    Lowering("subscribe-output", "streams", "[method]output-stream.subscribe", "(param i32) (result i32)"),
    Lowering("write-zeroes", "streams", "[method]output-stream.write-zeroes", "(param i32 i64 i32)"),
    Lowering("blocking-write-zeroes-and-flush", "streams", "[method]output-stream.blocking-write-zeroes-and-flush", "(param i32 i64 i32)"),
    Lowering("splice", "streams", "[method]output-stream.splice", "(param i32 i32 i64 i32)"),
    Lowering("blocking-splice", "streams", "[method]output-stream.blocking-splice", "(param i32 i32 i64 i32)"),
    Lowering("get-environment", "environment", "get-environment", "(param i32)"),
    Lowering("get-arguments", "environment", "get-arguments", "(param i32)"),
    Lowering("initial-cwd", "environment", "initial-cwd", "(param i32)"),
    Lowering("exit", "exit", "exit", "(param i32)"),
    Lowering("exit-with-code", "exit", "exit-with-code", "(param i32)"),
    Lowering("get-stdin", "stdin", "get-stdin", "(result i32)"),
    Lowering("get-stdout", "stdout", "get-stdout", "(result i32)"),
    Lowering("get-stderr", "stderr", "get-stderr", "(result i32)"),
    Lowering("get-terminal-stdin", "terminal-stdin", "get-terminal-stdin", "(param i32)"),
    Lowering("get-terminal-stdout", "terminal-stdout", "get-terminal-stdout", "(param i32)"),
    Lowering("get-terminal-stderr", "terminal-stderr", "get-terminal-stderr", "(param i32)"),
    Lowering("wall-now", "wall-clock", "now", "(param i32)"),
    Lowering("wall-resolution", "wall-clock", "resolution", "(param i32)"),
    Lowering("timezone-display", "timezone", "display", "(param i64 i32 i32)"),
    Lowering("utc-offset", "timezone", "utc-offset", "(param i64 i32) (result i32)"),
    Lowering("monotonic-now", "monotonic-clock", "now", "(result i64)"),
    Lowering("monotonic-resolution", "monotonic-clock", "resolution", "(result i64)"),
    Lowering("subscribe-instant", "monotonic-clock", "subscribe-instant", "(param i64) (result i32)"),
    Lowering("subscribe-duration", "monotonic-clock", "subscribe-duration", "(param i64) (result i32)"),
    Lowering("get-random-bytes", "random", "get-random-bytes", "(param i64 i32)"),
    Lowering("get-random-u64", "random", "get-random-u64", "(result i64)"),
    Lowering("get-insecure-random-bytes", "insecure", "get-insecure-random-bytes", "(param i64 i32)"),
    Lowering("get-insecure-random-u64", "insecure", "get-insecure-random-u64", "(result i64)"),
    Lowering("insecure-seed", "insecure-seed", "insecure-seed", "(param i32)"),
    Lowering("get-directories", "preopens", "get-directories", "(param i32)"),
    Lowering("get-type", "filesystem", "[method]descriptor.get-type", "(param i32 i32)"),
    Lowering("filesystem-error-code", "filesystem", "filesystem-error-code", "(param i32 i32)"),
    Lowering("instance-network", "instance-network", "instance-network", "(result i32)"),
    Lowering("resolve-addresses", "ip-name-lookup", "resolve-addresses", "(param i32 i32 i32 i32)"),
    Lowering("create-tcp-socket", "tcp-create-socket", "create-tcp-socket", "(param i32 i32)"),
    Lowering("create-udp-socket", "udp-create-socket", "create-udp-socket", "(param i32 i32)"),
    Lowering("is-listening", "tcp", "[method]tcp-socket.is-listening", "(param i32) (result i32)"),
  ]

  /// The resource types whose handles guests can drop.
  static let resources = ["pollable", "input-stream", "output-stream", "network"]

  /// The imports as a language's tools write them: types are exported where they are defined and again where they are used.
  static func imports(version: String) -> String {
    """
    (import "wasi:io/error@\(version)" (instance $error
      (export "error" (type $error (sub resource)))
      (export "[method]error.to-debug-string" (func (param "self" (borrow $error)) (result string)))))
    (alias export $error "error" (type $error))
    (import "wasi:io/poll@\(version)" (instance $poll
      (export "pollable" (type $pollable (sub resource)))
      (export "[method]pollable.ready" (func (param "self" (borrow $pollable)) (result bool)))
      (export "[method]pollable.block" (func (param "self" (borrow $pollable))))
      (export "poll" (func (param "in" (list (borrow $pollable))) (result (list u32))))))
    (alias export $poll "pollable" (type $pollable))
    (import "wasi:io/streams@\(version)" (instance $streams
      (export "error" (type $e (eq $error)))
      (export "pollable" (type $p (eq $pollable)))
      (export "input-stream" (type $input (sub resource)))
      (export "output-stream" (type $output (sub resource)))
      (type $stream-error-definition (variant (case "last-operation-failed" (own $e)) (case "closed")))
      (export "stream-error" (type $stream-error (eq $stream-error-definition)))
      (type $bytes (result (list u8) (error $stream-error)))
      (type $count (result u64 (error $stream-error)))
      (type $done (result (error $stream-error)))
      (export "[method]input-stream.read" (func (param "self" (borrow $input)) (param "len" u64) (result $bytes)))
      (export "[method]input-stream.blocking-read" (func (param "self" (borrow $input)) (param "len" u64) (result $bytes)))
      (export "[method]input-stream.skip" (func (param "self" (borrow $input)) (param "len" u64) (result $count)))
      (export "[method]input-stream.blocking-skip" (func (param "self" (borrow $input)) (param "len" u64) (result $count)))
      (export "[method]input-stream.subscribe" (func (param "self" (borrow $input)) (result (own $p))))
      (export "[method]output-stream.check-write" (func (param "self" (borrow $output)) (result $count)))
      (export "[method]output-stream.write" (func (param "self" (borrow $output)) (param "contents" (list u8)) (result $done)))
      (export "[method]output-stream.blocking-write-and-flush" (func (param "self" (borrow $output)) (param "contents" (list u8)) (result $done)))
      (export "[method]output-stream.flush" (func (param "self" (borrow $output)) (result $done)))
      (export "[method]output-stream.blocking-flush" (func (param "self" (borrow $output)) (result $done)))
      (export "[method]output-stream.subscribe" (func (param "self" (borrow $output)) (result (own $p))))
      (export "[method]output-stream.write-zeroes" (func (param "self" (borrow $output)) (param "len" u64) (result $done)))
      (export "[method]output-stream.blocking-write-zeroes-and-flush" (func (param "self" (borrow $output)) (param "len" u64) (result $done)))
      (export "[method]output-stream.splice"
        (func (param "self" (borrow $output)) (param "src" (borrow $input)) (param "len" u64) (result $count)))
      (export "[method]output-stream.blocking-splice"
        (func (param "self" (borrow $output)) (param "src" (borrow $input)) (param "len" u64) (result $count)))))
    (alias export $streams "input-stream" (type $input-stream))
    (alias export $streams "output-stream" (type $output-stream))
    (import "wasi:cli/environment@\(version)" (instance $environment
      (export "get-environment" (func (result (list (tuple string string)))))
      (export "get-arguments" (func (result (list string))))
      (export "initial-cwd" (func (result (option string))))))
    (import "wasi:cli/exit@\(version)" (instance $exit
      (export "exit" (func (param "status" (result))))
      (export "exit-with-code" (func (param "status-code" u8)))))
    (import "wasi:cli/stdin@\(version)" (instance $stdin
      (export "input-stream" (type $s (eq $input-stream)))
      (export "get-stdin" (func (result (own $s))))))
    (import "wasi:cli/stdout@\(version)" (instance $stdout
      (export "output-stream" (type $s (eq $output-stream)))
      (export "get-stdout" (func (result (own $s))))))
    (import "wasi:cli/stderr@\(version)" (instance $stderr
      (export "output-stream" (type $s (eq $output-stream)))
      (export "get-stderr" (func (result (own $s))))))
    (import "wasi:cli/terminal-input@\(version)" (instance $terminal-input (export "terminal-input" (type (sub resource)))))
    (alias export $terminal-input "terminal-input" (type $terminal-input))
    (import "wasi:cli/terminal-output@\(version)" (instance $terminal-output (export "terminal-output" (type (sub resource)))))
    (alias export $terminal-output "terminal-output" (type $terminal-output))
    (import "wasi:cli/terminal-stdin@\(version)" (instance $terminal-stdin
      (export "terminal-input" (type $t (eq $terminal-input)))
      (export "get-terminal-stdin" (func (result (option (own $t)))))))
    (import "wasi:cli/terminal-stdout@\(version)" (instance $terminal-stdout
      (export "terminal-output" (type $t (eq $terminal-output)))
      (export "get-terminal-stdout" (func (result (option (own $t)))))))
    (import "wasi:cli/terminal-stderr@\(version)" (instance $terminal-stderr
      (export "terminal-output" (type $t (eq $terminal-output)))
      (export "get-terminal-stderr" (func (result (option (own $t)))))))
    (import "wasi:clocks/wall-clock@\(version)" (instance $wall-clock
      (type $d (record (field "seconds" u64) (field "nanoseconds" u32)))
      (export "datetime" (type $datetime (eq $d)))
      (export "now" (func (result $datetime)))
      (export "resolution" (func (result $datetime)))))
    (alias export $wall-clock "datetime" (type $wall-time))
    (import "wasi:clocks/timezone@\(version)" (instance $timezone
      (export "datetime" (type $datetime (eq $wall-time)))
      (type $d (record (field "utc-offset" s32) (field "name" string) (field "in-daylight-saving-time" bool)))
      (export "timezone-display" (type $display (eq $d)))
      (export "display" (func (param "when" $datetime) (result $display)))
      (export "utc-offset" (func (param "when" $datetime) (result s32)))))
    (import "wasi:clocks/monotonic-clock@\(version)" (instance $monotonic-clock
      (export "pollable" (type $p (eq $pollable)))
      (export "now" (func (result u64)))
      (export "resolution" (func (result u64)))
      (export "subscribe-instant" (func (param "when" u64) (result (own $p))))
      (export "subscribe-duration" (func (param "when" u64) (result (own $p))))))
    (import "wasi:random/random@\(version)" (instance $random
      (export "get-random-bytes" (func (param "len" u64) (result (list u8))))
      (export "get-random-u64" (func (result u64)))))
    (import "wasi:random/insecure@\(version)" (instance $insecure
      (export "get-insecure-random-bytes" (func (param "len" u64) (result (list u8))))
      (export "get-insecure-random-u64" (func (result u64)))))
    (import "wasi:random/insecure-seed@\(version)" (instance $insecure-seed
      (export "insecure-seed" (func (result (tuple u64 u64))))))
    (import "wasi:filesystem/types@\(version)" (instance $filesystem
      (export "error" (type $e (eq $error)))
      (export "descriptor" (type $descriptor (sub resource)))
      (type $t (enum "unknown" "block-device" "character-device" "directory" "fifo" "symbolic-link" "regular-file" "socket"))
      (export "descriptor-type" (type $descriptor-type (eq $t)))
      (type $c (enum "access" "would-block" "already" "bad-descriptor" "busy" "deadlock" "quota" "exist" "file-too-large" "illegal-byte-sequence"
        "in-progress" "interrupted" "invalid" "io" "is-directory" "loop" "too-many-links" "message-size" "name-too-long" "no-device" "no-entry" "no-lock"
        "insufficient-memory" "insufficient-space" "not-directory" "not-empty" "not-recoverable" "unsupported" "no-tty" "no-such-device" "overflow"
        "not-permitted" "pipe" "read-only" "invalid-seek" "text-file-busy" "cross-device"))
      (export "error-code" (type $error-code (eq $c)))
      (export "[method]descriptor.get-type" (func (param "self" (borrow $descriptor)) (result (result $descriptor-type (error $error-code)))))
      (export "filesystem-error-code" (func (param "err" (borrow $e)) (result (option $error-code))))))
    (alias export $filesystem "descriptor" (type $descriptor))
    (import "wasi:filesystem/preopens@\(version)" (instance $preopens
      (export "descriptor" (type $d (eq $descriptor)))
      (export "get-directories" (func (result (list (tuple (own $d) string)))))))
    (import "wasi:sockets/network@\(version)" (instance $network-interface
      (export "network" (type (sub resource)))
      (type $c (enum "unknown" "access-denied" "not-supported" "invalid-argument" "out-of-memory" "timeout" "concurrency-conflict" "not-in-progress"
        "would-block" "invalid-state" "new-socket-limit" "address-not-bindable" "address-in-use" "remote-unreachable" "connection-refused"
        "connection-reset" "connection-aborted" "datagram-too-large" "name-unresolvable" "temporary-resolver-failure" "permanent-resolver-failure"))
      (export "error-code" (type (eq $c)))
      (type $f (enum "ipv4" "ipv6"))
      (export "ip-address-family" (type (eq $f)))))
    (alias export $network-interface "network" (type $network))
    (alias export $network-interface "error-code" (type $network-error))
    (alias export $network-interface "ip-address-family" (type $family))
    (import "wasi:sockets/instance-network@\(version)" (instance $instance-network
      (export "network" (type $n (eq $network)))
      (export "instance-network" (func (result (own $n))))))
    (import "wasi:sockets/ip-name-lookup@\(version)" (instance $ip-name-lookup
      (export "network" (type $n (eq $network)))
      (export "error-code" (type $c (eq $network-error)))
      (export "resolve-address-stream" (type $stream (sub resource)))
      (export "resolve-addresses"
        (func (param "network" (borrow $n)) (param "name" string) (result (result (own $stream) (error $c)))))))
    (import "wasi:sockets/tcp@\(version)" (instance $tcp
      (export "tcp-socket" (type $socket (sub resource)))
      (export "[method]tcp-socket.is-listening" (func (param "self" (borrow $socket)) (result bool)))))
    (alias export $tcp "tcp-socket" (type $tcp-socket))
    (import "wasi:sockets/tcp-create-socket@\(version)" (instance $tcp-create-socket
      (export "tcp-socket" (type $s (eq $tcp-socket)))
      (export "error-code" (type $c (eq $network-error)))
      (export "ip-address-family" (type $f (eq $family)))
      (export "create-tcp-socket" (func (param "address-family" $f) (result (result (own $s) (error $c)))))))
    (import "wasi:sockets/udp@\(version)" (instance $udp (export "udp-socket" (type (sub resource)))))
    (alias export $udp "udp-socket" (type $udp-socket))
    (import "wasi:sockets/udp-create-socket@\(version)" (instance $udp-create-socket
      (export "udp-socket" (type $s (eq $udp-socket)))
      (export "error-code" (type $c (eq $network-error)))
      (export "ip-address-family" (type $f (eq $family)))
      (export "create-udp-socket" (func (param "address-family" $f) (result (result (own $s) (error $c)))))))
    """
  }
}
