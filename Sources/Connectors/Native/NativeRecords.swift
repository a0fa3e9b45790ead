import Bytes
import Contract
import Formats

/// Envelopes of the contract, from bytes to records. What cannot be read is kept as it came.
enum NativeRecords {
  private static let type = Symbols.shared.intern("type")
  private static let id = Symbols.shared.intern("id")
  private static let version = Symbols.shared.intern("version")
  private static let seq = Symbols.shared.intern("seq")
  private static let etag = Symbols.shared.intern("etag")
  private static let contentHash = Symbols.shared.intern("content_hash")
  private static let updatedAt = Symbols.shared.intern("updated_at")
  private static let attributes = Symbols.shared.intern("attributes")

  /// Reads one line of a snapshot.
  static func read(_ line: UnsafeRawBufferPointer) -> Result<SourceRecord, Misread> {
    do throws(FormatError) {
      return record(try JSON.parse(line), json: [UInt8](line))
    } catch {
      return .failure(
        Misread(
          reject: SourceReject(
            typeName: "", id: "", seq: 0, json: [UInt8](line),
            reason: "not JSON: \(error.message) at byte \(error.offset)")))
    }
  }

  /// Makes a record of an envelope.
  static func record(_ tape: Tape, json: [UInt8]) -> Result<SourceRecord, Misread> {
    let value = tape.value
    let typeName = value[Self.type]?.string ?? ""
    let id = value[Self.id]?.string ?? ""
    let seq = value[Self.seq]?.integer ?? 0
    func misread(_ reason: String) -> Result<SourceRecord, Misread> {
      .failure(
        Misread(
          reject: SourceReject(
            typeName: typeName, id: id, seq: seq, json: json, reason: reason)))
    }
    guard value.kind == .object else { return misread("a record is a JSON object") }
    guard let type = ResourceType(rawValue: typeName) else {
      return misread("this version of trumeau knows no type “\(typeName)”")
    }
    guard RecordID.isValid(id) else { return misread("it has no valid id") }
    guard value[Self.attributes]?.kind == .object else { return misread("it has no attributes") }
    guard let version = value[Self.version]?.integer, let hash = value[Self.contentHash]?.string,
      let etag = value[Self.etag]?.string
    else { return misread("version, etag or content_hash is missing") }
    return .success(
      SourceRecord(
        type: type, id: id, version: version, seq: seq, etag: etag, contentHash: hash,
        updatedAt: value[Self.updatedAt]?.string.flatMap(Instant.init(rfc3339:)), body: tape,
        json: json))
  }

  /// Makes a record of an envelope that is part of a larger answer.
  static func record(_ value: TapeValue) -> Result<SourceRecord, Misread> {
    var builder = TapeBuilder(symbols: value.tape.symbols)
    builder.append(value)
    var buffer = ByteBuffer(capacity: 1024)
    JSON.write(value, into: &buffer)
    return record(builder.finish(), json: buffer.array)
  }

  /// A body that is no record of the contract.
  struct Misread: Error {
    let reject: SourceReject
  }

  /// A page of the change feed as the mirror stores it.
  static func page(_ changes: ChangePage) -> SourcePage {
    var page = SourcePage(records: [], cursor: changes.cursor, hasMore: changes.hasMore)
    page.records.reserveCapacity(changes.changes.count)
    for change in changes.changes {
      if change.operation == .upsert, let resource = change.resource {
        switch record(resource) {
        case .success(let record): page.records.append(record)
        case .failure(let misread): page.rejects.append(misread.reject)
        }
      } else {
        page.tombstones.append(
          SourceTombstone(
            type: change.type, id: change.id, version: change.version, seq: change.seq,
            isGone: change.operation == .gone, at: change.at))
      }
    }
    for row in changes.unknown {
      var buffer = ByteBuffer(capacity: 512)
      JSON.write(row, into: &buffer)
      page.rejects.append(
        SourceReject(
          typeName: row["type"]?.string ?? "", id: row["id"]?.string ?? "",
          seq: row["seq"]?.integer ?? 0, json: buffer.array,
          reason: "this version of trumeau does not know this kind of change"))
    }
    return page
  }
}
