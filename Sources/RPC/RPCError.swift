/// Why a remote call gave no result: AIO's `rpc-error`, with a sentence for the log.
///
/// Source: host-apis.md §5.
public struct RPCError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Int, Hashable, Sendable, CaseIterable {
    case configurationInvalid, payloadInvalid, timeout, clientError, cancellation, headerInvalid, headerMissing, unknownError, invocationException
    case executionException, internalLogicError, stateInvalid, resourceTableError, buildError
  }

  public let kind: Kind
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
