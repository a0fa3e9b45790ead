import Bytes
import Contract
import Formats
import HTTPClient

/// Reads one snapshot from a stream of lines and hands it on in pages.
struct SnapshotReader {
  let session: APISession
  /// Records on a page.
  let pageSize: Int

  /// Reads from the beginning or from a token; gives the feed cursor to go on from.
  ///
  /// - Throws: `ConnectorError` with `cursorExpired` where the server no longer keeps the snapshot
  ///   that the token is of; what is stored of it must then not be mixed with another one.
  func read(
    from token: SnapshotToken?, page: (SourcePage) throws -> Void
  ) throws -> String {
    var request = session.request("\(ContractVersion.root)/snapshot")
    request.headers.set("Accept", "application/x-ndjson, application/jsonl, application/json")
    request.acceptsCompression = false  // offsets for `Range` are counted in what is received
    if let token {
      // One byte early: it must be the end of the last line, or the place is not the right one.
      request.headers.set("Range", "bytes=\(token.offset - 1)-")
      request.headers.set("If-Range", token.etag)
    }
    var reading = Reading(token: token, pageSize: pageSize)
    var refusal: [UInt8] = []
    let head: HTTPResponseHead
    do {
      head = try session.client.stream(request) { head, bytes in
        guard head.isSuccess else {
          if refusal.count < 64 << 10 { refusal.append(contentsOf: bytes) }
          return
        }
        try reading.receive(head, bytes, page)
      }
    } catch let error as HTTPError {
      throw ConnectorError(error)
    }
    if head.status == 416 {
      throw ConnectorError(.cursorExpired, "the server no longer keeps the snapshot begun before")
    }
    guard head.isSuccess else { throw session.failure(head, body: refusal, of: request.url) }
    return try reading.finish(head, page)
  }

}

/// What has come of a snapshot so far. Used by one thread.
private struct Reading: ~Copyable {
  /// Where the reading goes on, nil before the first byte of a reading from the beginning.
  var token: SnapshotToken?
  let isResumed: Bool
  let pageSize: Int
  var hasBegun = false
  var records: [SourceRecord] = []
  var rejects: [SourceReject] = []
  var lines = LineScanner()

  init(token: SnapshotToken?, pageSize: Int) {
    self.token = token
    isResumed = token != nil
    self.pageSize = max(pageSize, 1)
  }

  /// Takes a piece of the body and hands on the pages that it fills.
  mutating func receive(
    _ head: HTTPResponseHead, _ bytes: UnsafeRawBufferPointer, _ page: (SourcePage) throws -> Void
  ) throws {
    var rest = bytes
    if !hasBegun {
      try begin(head)
      if isResumed, !rest.isEmpty {
        guard rest[0] == 0x0A else { throw Self.lost }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
      }
    }
    guard var place = token else { return }
    var scanner = LineScanner()
    swap(&scanner, &lines)
    try scanner.feed(rest) { line in
      place.offset += Int64(line.count) + 1
      guard !line.isEmpty else { return }
      switch NativeRecords.read(line) {
      case .success(let record): records.append(record)
      case .failure(let misread): rejects.append(misread.reject)
      }
      if records.count + rejects.count >= pageSize {
        try flush(place, hasMore: true, page)
      }
    }
    swap(&scanner, &lines)
    token = place
  }

  /// Takes the head of the answer.
  private mutating func begin(_ head: HTTPResponseHead) throws {
    hasBegun = true
    let cursor = head.headers["commerce-cursor"] ?? ""
    let etag = head.headers["etag"] ?? ""
    if let token {
      guard head.status == 206, etag.isEmpty || etag == token.etag else { throw Self.lost }
      return
    }
    guard head.status == 200, !cursor.isEmpty, !etag.isEmpty, !etag.hasPrefix("W/") else {
      throw ConnectorError(
        .malformed, "the snapshot has no Commerce-Cursor or no strong ETag, as the contract wants")
    }
    token = SnapshotToken(
      offset: 0, total: head.headers["commerce-record-count"].flatMap { Int($0) },
      cursor: cursor, etag: etag)
  }

  private mutating func flush(
    _ place: SnapshotToken, hasMore: Bool, _ page: (SourcePage) throws -> Void
  ) throws {
    let whole = SourcePage(
      records: records, rejects: rejects, cursor: place.text, hasMore: hasMore,
      expectedTotal: place.total)
    records.removeAll(keepingCapacity: true)
    rejects.removeAll()
    try page(whole)
  }

  /// Hands on the last page.
  mutating func finish(
    _ head: HTTPResponseHead, _ page: (SourcePage) throws -> Void
  ) throws -> String {
    if !hasBegun { try begin(head) }
    guard lines.pendingCount == 0 else {
      throw ConnectorError(.unreachable, "the snapshot ends in the middle of a line")
    }
    guard let token else { throw Self.lost }
    try flush(token, hasMore: false, page)
    return token.cursor
  }

  private static var lost: ConnectorError {
    ConnectorError(.cursorExpired, "the server no longer keeps the snapshot begun before")
  }
}
