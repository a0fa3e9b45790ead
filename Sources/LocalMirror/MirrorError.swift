/// Why a mirror could not do what it was asked.
public struct MirrorError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure; part of the public contract.
  public enum Code: String, Sendable, CaseIterable {
    /// There is no mirror at this path yet.
    case missing = "mirror.missing"
    /// Another process writes it.
    case inUse = "mirror.in-use"
    /// It holds the catalogue of another tenant.
    case otherTenant = "mirror.other-tenant"
    /// It was pulled from another server.
    case otherServer = "mirror.other-server"
    /// It was made by a newer version of this program.
    case newer = "mirror.newer"
    /// The file is damaged, or is no mirror.
    case damaged = "mirror.damaged"
    /// The disk is full.
    case diskFull = "mirror.disk-full"
    /// A page belongs to a snapshot that is no longer open.
    case noSnapshot = "mirror.no-snapshot"
    /// A stored record cannot be decoded.
    case unreadable = "mirror.unreadable"
    /// A record that is to be edited is not here.
    case noRecord = "mirror.no-record"
    /// An edit of which no page could be made, or of a record that is deleted here.
    case notEditable = "mirror.not-editable"
    /// A question was refused or is wrong.
    case question = "mirror.question"
    /// What the storefront lays down does not fit the catalogue.
    case terms = "mirror.terms"
    /// SQLite or the file system refused.
    case storage = "mirror.storage"
  }

  /// What sort of failure.
  public let code: Code
  /// The cause in one sentence.
  public let message: String
  /// What led to it.
  public let cause: (any Error)?

  /// Makes an error from its parts.
  public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.cause = cause
  }

  /// One line for a person.
  public var description: String { message }
}
