internal import CWasmtime

/// Turns WebAssembly text, of a module or of a component, into the binary format. For tests and tools.
public func parseText(_ text: String) throws(WebAssemblyError) -> [UInt8] {
  var text = text
  var binary = wasm_byte_vec_t()
  let error = text.withUTF8 { bytes in
    bytes.withMemoryRebound(to: CChar.self) { source in
      // An empty string has no base address; wasmtime wants one.
      withUnsafePointer(to: CChar(0)) { empty in wasmtime_wat2wasm(source.baseAddress ?? empty, source.count, &binary) }
    }
  }
  if let error { throw WebAssemblyError(.invalidModule, consuming: error) }
  defer { wasm_byte_vec_delete(&binary) }
  return [UInt8](UnsafeRawBufferPointer(start: binary.data, count: binary.size))
}
