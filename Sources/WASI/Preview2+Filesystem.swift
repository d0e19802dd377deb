internal import ComponentModel

/// An open file or folder; guests get none.
final class Descriptor: HostResource {
  static let resourceType = ResourceType(name: "descriptor")
  private init() {}
}

/// The entries of a folder; guests get none.
final class DirectoryEntryStream: HostResource {
  static let resourceType = ResourceType(name: "directory-entry-stream")
  private init() {}
}

extension Preview2 {
  /// `wasi:filesystem`: no folder is shared, so no function on files can be reached with a valid handle.
  func filesystem() throws(ComponentError) -> [HostInterface] {
    var preopens = Self.interface("filesystem/preopens")
    try preopens.function("get-directories") { () -> [Pair<Own<Descriptor>, String>] in [] }
    return [try filesystemTypes(), preopens]
  }

  private func filesystemTypes() throws(ComponentError) -> HostInterface {
    let t = try FilesystemTypes()
    var types = Self.interface("filesystem/types")
    types.resource("descriptor", Descriptor.self)
    types.resource("directory-entry-stream", DirectoryEntryStream.self)
    types.denyUnknown("operators have no access to files")

    let descriptor = ValueType.borrow(Descriptor.resourceType)
    func deny(_ name: String, _ parameters: [ValueType] = [], _ ok: ValueType? = nil) throws(ComponentError) {
      types.deny("[method]descriptor.\(name)", [descriptor] + parameters, try .result(ok: ok, error: t.errorCode))
    }
    try deny("read-via-stream", [.u64], Own<InputStream>.type)
    try deny("write-via-stream", [.u64], Own<OutputStream>.type)
    try deny("append-via-stream", [], Own<OutputStream>.type)
    try deny("advise", [.u64, .u64, t.advice])
    try deny("sync-data")
    try deny("get-flags", [], t.descriptorFlags)
    try deny("get-type", [], t.descriptorType)
    try deny("set-size", [.u64])
    try deny("set-times", [t.newTimestamp, t.newTimestamp])
    try deny("read", [.u64, .u64], try .tuple([try .list(of: .u8), .bool]))
    try deny("write", [try .list(of: .u8), .u64], .u64)
    try deny("read-directory", [], Own<DirectoryEntryStream>.type)
    try deny("sync")
    try deny("create-directory-at", [.string])
    try deny("stat", [], t.descriptorStat)
    try deny("stat-at", [t.pathFlags, .string], t.descriptorStat)
    try deny("set-times-at", [t.pathFlags, .string, t.newTimestamp, t.newTimestamp])
    try deny("link-at", [t.pathFlags, .string, descriptor, .string])
    try deny("open-at", [t.pathFlags, .string, t.openFlags, t.descriptorFlags], Own<Descriptor>.type)
    try deny("readlink-at", [.string], .string)
    try deny("remove-directory-at", [.string])
    try deny("rename-at", [.string, descriptor, .string])
    try deny("symlink-at", [.string, .string])
    try deny("unlink-file-at", [.string])
    try deny("metadata-hash", [], t.metadataHash)
    try deny("metadata-hash-at", [t.pathFlags, .string], t.metadataHash)
    types.deny("[method]descriptor.is-same-object", [descriptor, descriptor], .bool)
    types.deny(
      "[method]directory-entry-stream.read-directory-entry", [.borrow(DirectoryEntryStream.resourceType)],
      try .result(ok: .option(of: t.directoryEntry), error: t.errorCode))
    types.deny("filesystem-error-code", [Borrow<IOError>.type], try .option(of: t.errorCode))
    return types
  }
}

/// The types of `wasi:filesystem/types`.
private struct FilesystemTypes {
  let errorCode, advice, descriptorFlags, descriptorType, pathFlags, openFlags, newTimestamp, descriptorStat, directoryEntry, metadataHash: ValueType

  init() throws(ComponentError) {
    errorCode = try .enumeration([
      "access", "would-block", "already", "bad-descriptor", "busy", "deadlock", "quota", "exist", "file-too-large", "illegal-byte-sequence", "in-progress",
      "interrupted", "invalid", "io", "is-directory", "loop", "too-many-links", "message-size", "name-too-long", "no-device", "no-entry", "no-lock",
      "insufficient-memory", "insufficient-space", "not-directory", "not-empty", "not-recoverable", "unsupported", "no-tty", "no-such-device", "overflow",
      "not-permitted", "pipe", "read-only", "invalid-seek", "text-file-busy", "cross-device",
    ])
    advice = try .enumeration(["normal", "sequential", "random", "will-need", "dont-need", "no-reuse"])
    descriptorFlags = try .flags(["read", "write", "file-integrity-sync", "data-integrity-sync", "requested-write-sync", "mutate-directory"])
    descriptorType = try .enumeration([
      "unknown", "block-device", "character-device", "directory", "fifo", "symbolic-link", "regular-file", "socket",
    ])
    pathFlags = try .flags(["symlink-follow"])
    openFlags = try .flags(["create", "directory", "exclusive", "truncate"])
    newTimestamp = try .variant([.init(name: "no-change", type: nil), .init(name: "now", type: nil), .init(name: "timestamp", type: Datetime.type)])
    let time = try ValueType.option(of: Datetime.type)
    descriptorStat = try .record([
      ("type", descriptorType), ("link-count", .u64), ("size", .u64), ("data-access-timestamp", time), ("data-modification-timestamp", time),
      ("status-change-timestamp", time),
    ])
    directoryEntry = try .record([("type", descriptorType), ("name", .string)])
    metadataHash = try .record([("lower", .u64), ("upper", .u64)])
  }
}
