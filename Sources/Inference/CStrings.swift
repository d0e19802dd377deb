import Glibc

/// C strings that a function of ONNX Runtime's takes as an array.
struct CStrings: ~Copyable, @unchecked Sendable {  // Constant once made.
  let pointers: UnsafeMutableBufferPointer<UnsafePointer<CChar>?>

  init(_ strings: [String]) {
    pointers = .allocate(capacity: strings.count)
    _ = pointers.initialize(from: strings.map { UnsafePointer(strdup($0)) })
  }

  deinit {
    for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) }
    pointers.deallocate()
  }
}
