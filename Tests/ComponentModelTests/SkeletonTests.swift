@testable import ComponentModel
import Testing
import WebAssembly

/// A component with skeletons in place of its core modules is as valid, or as invalid, as it was.
struct SkeletonTests {
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `A skeleton is judged like its module, whatever is exported, imported and passed on`(seed: UInt64) throws {
    var modules = RandomModules(seed: seed)
    for mutation in [false, true] {
      let bytes = try parseText(modules.component(withMismatch: mutation))
      let file = try ComponentFile(decoding: bytes)
      for module in file.component.coreModules { _ = try ModuleOutline(bytes, in: module.byteRange) }
      let copy = try ValidationCopy(of: file, skeletons: true)
      #expect(copy.bytes.count < bytes.count)
      let verdict = rejection(bytes)
      #expect((verdict == nil) != mutation, "\(verdict ?? "valid, which it should not be")")
      #expect(rejection(copy.bytes) == verdict)
    }
  }

  @Test func `Every byte of a copy knows where it comes from`() throws {
    let file = try ComponentFile(decoding: SampleComponent.bytes())
    for skeletons in [false, true] {
      let copy = try ValidationCopy(of: file, skeletons: skeletons)
      let copied = try ComponentFile(decoding: copy.bytes)
      #expect(copied.component.definitionOffsets.map(copy.original) == file.component.definitionOffsets)
      for (one, other) in zip(copied.component.definitions, file.component.definitions) {
        guard case .component(let one) = one, case .component(let other) = other else { continue }
        #expect(one.definitionOffsets.map(copy.original) == other.definitionOffsets)
      }
      let modules = zip(copied.component.coreModules, file.component.coreModules)
      for (one, other) in modules {
        #expect(copy.original(one.byteRange.lowerBound) == other.byteRange.lowerBound)
        #expect((one.byteRange.count < other.byteRange.count) == skeletons)
      }
      let end = try #require(file.component.customSections.first?.byteRange.lowerBound)
      #expect(copy.original(copy.bytes.count - 1) < end)
    }
  }

  @Test func `A skeleton keeps one definition per type, and nothing that is not exported`() throws {
    let bytes = try parseText(
      """
      (module
        (type $unused (func (param i64 i64)))
        (import "a" "f" (func $imported (param f32)))
        (memory (export "memory") 3 5) (memory (export "other") 3 5)
        (global $hidden (mut i32) i32.const 7) (global (export "g") f64 f64.const 1)
        (func (export "one") (param i32) (result i32) local.get 0) (func (export "two") (param i32) (result i32) i32.const 2)
        (func $start global.get $hidden drop) (start $start) (data (i32.const 0) "data") (export "again" (func $imported)))
      """)
    let skeleton = try #require(ModuleSkeleton(try ModuleOutline(bytes, in: bytes.indices), of: bytes)).bytes
    let header = try CoreModuleHeader(skeleton, in: skeleton.indices)
    #expect(header.imports == (try CoreModuleHeader(bytes, in: bytes.indices)).imports)
    #expect(header.exports.map { "\($0.name): \($0.sort) \($0.index)" } == [
      "memory: core memory 0", "other: core memory 0", "g: core global 0", "one: core function 1", "two: core function 1", "again: core function 0",
    ])
    #expect(header.memories.map(\.minimum) == [3])
    #expect(header.functionCount == 1)
    #expect(header.sectionSizes.keys.sorted() == [1, 2, 3, 5, 6, 7, 10])
    _ = try Module(engine: try Engine(), bytes: skeleton.span.bytes)
  }

  private func rejection(_ bytes: [UInt8]) -> String? {
    do {
      try ComponentValidator.validate(bytes.span.bytes)
      return nil
    } catch {
      return error.rejection?.reason ?? error.message
    }
  }
}
