public import Bytes
import Formats

/// A problem document (RFC 9457): the body of every answer that is not a success.
public struct Problem: Error, Sendable {
  /// The content type of problem documents.
  public static let contentType = "application/problem+json"

  /// One fault within the request.
  public struct Fault: Sendable, Hashable {
    /// Where, as an RFC 6901 pointer into the body; empty for the whole.
    public var pointer: String
    /// What sort, for example `too-many-decimals`.
    public var code: String
    /// One sentence for a person.
    public var message: String
    /// Further facts by name, for example the holder of a unique name.
    public var params: [String: String]

    /// Makes a fault.
    public init(pointer: String, code: String, message: String, params: [String: String] = [:]) {
      self.pointer = pointer
      self.code = code
      self.message = message
      self.params = params
    }

    /// A fault that a schema check found.
    public init(_ fault: SchemaFault) {
      self.init(pointer: fault.pointer, code: fault.code.rawValue, message: fault.message)
    }
  }

  /// Which problem.
  public var code: ProblemCode
  /// HTTP status.
  public var status: Int
  /// What it is, in a few words.
  public var title: String
  /// What happened this time.
  public var detail: String
  /// Path of the request.
  public var instance: String
  /// Names the request in the server's log.
  public var requestID: String
  /// The faults, one by one.
  public var errors: [Fault]
  /// Whether the same request may succeed later.
  public var isRetryable: Bool
  /// The version on the server, where a guard failed.
  public var currentVersion: Int64?
  /// The record on the server as JSON, where a guard failed and the caller may read it.
  public var current: [UInt8]?
  /// The record that holds a unique name.
  public var holder: RecordName?

  /// Type and id of a record.
  public struct RecordName: Sendable, Hashable {
    /// Type of the record.
    public var type: String
    /// Its id.
    public var id: String

    /// Names a record.
    public init(type: String, id: String) {
      self.type = type
      self.id = id
    }
  }

  /// Makes a problem; the server fills in instance and request id when it answers.
  public init(
    _ code: ProblemCode, _ detail: String, errors: [Fault] = [], currentVersion: Int64? = nil,
    current: [UInt8]? = nil, holder: RecordName? = nil
  ) {
    self.code = code
    status = code.status
    title = code.title
    self.detail = detail
    instance = ""
    requestID = ""
    self.errors = errors
    isRetryable = code.isRetryable
    self.currentVersion = currentVersion
    self.current = current
    self.holder = holder
  }

  /// The document as JSON.
  public func json() -> ByteBuffer {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("type"); writer.value(code.typeURI)
    writer.key("title"); writer.value(title)
    writer.key("status"); writer.value(status)
    writer.key("detail"); writer.value(detail)
    writer.key("instance"); writer.value(instance)
    writer.key("request_id"); writer.value(requestID)
    writer.key("code"); writer.value(code.rawValue)
    writer.key("errors")
    writer.beginArray()
    for fault in errors {
      writer.beginObject()
      writer.key("pointer"); writer.value(fault.pointer)
      writer.key("code"); writer.value(fault.code)
      writer.key("message"); writer.value(fault.message)
      writer.key("params")
      writer.beginObject()
      for (name, value) in fault.params.sorted(by: { $0.key < $1.key }) {
        writer.key(name); writer.value(value)
      }
      writer.end()
      writer.end()
    }
    writer.end()
    writer.key("retryable"); writer.value(isRetryable)
    writer.key("remedy"); writer.value(code.remedy)
    if let currentVersion { writer.key("current_version"); writer.value(currentVersion) }
    if let current { writer.key("current"); writer.raw(current) }
    if let holder {
      writer.key("holder")
      writer.beginObject()
      writer.key("type"); writer.value(holder.type)
      writer.key("id"); writer.value(holder.id)
      writer.end()
    }
    writer.end()
    return writer.finish()
  }

  /// Reads a document; nil where the value is not one or its code is not of the closed list.
  public init?(_ value: TapeValue) {
    guard let code = value["code"]?.string.flatMap(ProblemCode.init(rawValue:)) else { return nil }
    self.init(code, value["detail"]?.string ?? "")
    if let status = value["status"]?.integer { self.status = Int(clamping: status) }
    title = value["title"]?.string ?? code.title
    instance = value["instance"]?.string ?? ""
    requestID = value["request_id"]?.string ?? ""
    errors = (value["errors"]?.children ?? []).map { row in
      Fault(
        pointer: row["pointer"]?.string ?? "", code: row["code"]?.string ?? "",
        message: row["message"]?.string ?? "",
        params: Dictionary(
          (row["params"]?.members ?? []).map { ($0.name, $0.value.string ?? "") },
          uniquingKeysWith: { first, _ in first }))
    }
    isRetryable = value["retryable"]?.boolean ?? code.isRetryable
    currentVersion = value["current_version"]?.integer
    if let record = value["current"] {
      var buffer = ByteBuffer(capacity: 512)
      JSON.write(record, into: &buffer)
      current = buffer.array
    }
    if let type = value["holder"]?["type"]?.string, let id = value["holder"]?["id"]?.string {
      holder = RecordName(type: type, id: id)
    }
  }
}
