public import Bytes
public import Contract
import Formats

/// A value as it was last rendered into a file.
public struct RenderedField: Sendable, Hashable {
  /// The value.
  public var value: FieldValue
  /// The version of the record that had this value on the server; nil where it was a value of ours,
  /// which no version need ever have had.
  public var version: Int64?
  /// Whether the file does not name the field: the value is what the mirror had when the file was last
  /// read or written, and nobody has said it in the file.
  public var isUnnamed: Bool
  /// The id of the record that had this value, where the file is not a rendering of that record
  /// itself: of a translation.
  public var record: String?

  /// Describes a rendered value.
  public init(
    _ value: FieldValue, version: Int64?, record: String? = nil, isUnnamed: Bool = false
  ) {
    self.value = value
    self.version = version
    self.record = record
    self.isUnnamed = isUnnamed
  }
}

/// A content file as it was last known: what it held, and which values it stands for.
public struct FileState: Sendable, Hashable {
  /// Its path below the project.
  public var path: String
  /// The record that it renders.
  public var key: RecordKey
  /// SHA-256 of its bytes, in hexadecimal digits.
  public var contentHash: String
  /// The record's version when it was last rendered; 0 where the platform counts none.
  public var version: Int64
  /// When its content last changed.
  public var modified: Instant
  /// Its number on its device.
  public var inode: UInt64
  /// Its size in bytes.
  public var size: Int
  /// The values that it was rendered from, or that were taken from it since, by field.
  public var rendered: [String: RenderedField]
  /// The shop's text and its version, where the body was written with conflict markers on request.
  public var marked: RenderedField?
  /// Whether it could not be brought up to date when its record changed, and is to be looked at
  /// again.
  public var isWaiting: Bool

  /// Describes a file.
  public init(
    path: String, key: RecordKey, contentHash: String, version: Int64, modified: Instant,
    inode: UInt64, size: Int, rendered: [String: RenderedField], marked: RenderedField? = nil,
    isWaiting: Bool = false
  ) {
    self.path = path
    self.key = key
    self.contentHash = contentHash
    self.version = version
    self.modified = modified
    self.inode = inode
    self.size = size
    self.rendered = rendered
    self.marked = marked
    self.isWaiting = isWaiting
  }
}

extension FileState {
  /// `{"title":{"value":…,"version":3}}`, in byte order of the names.
  static func json(_ fields: [String: RenderedField]) -> String {
    FieldValue.object(of: fields.map { .init($0.key, $0.value.stored) }).json
  }

  static func fields(_ json: String) -> [String: RenderedField] {
    guard let members = (try? FieldValue(json: json))?.members else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: members.map { ($0.name, RenderedField(stored: $0.value)) })
  }
}

extension RenderedField {
  var stored: FieldValue {
    var members: [FieldValue.Member] = [
      .init("value", value), .init("version", version.map(FieldValue.integer) ?? .null),
    ]
    if let record { members.append(.init("record", .text(record))) }
    if isUnnamed { members.append(.init("unnamed", .boolean(true))) }
    return .object(of: members)
  }

  init(stored: FieldValue) {
    self.init(
      stored["value"] ?? .null, version: stored["version"]?.integer,
      record: stored["record"]?.text,
      isUnnamed: stored["unnamed"] == .boolean(true))
  }
}
