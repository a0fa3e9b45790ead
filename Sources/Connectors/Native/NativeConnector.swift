import Bytes
public import Contract
import Formats
public import HTTPClient
public import Machine
import Synchronization

/// The Commerce Sync API itself: change feed in commit order, snapshot, digest; the writing half is
/// in `NativeConnector+Writing.swift`.
///
/// Every call is one exchange; the caller repeats what fails for the moment. The token goes into
/// the `Authorization` field and nowhere else.
public final class NativeConnector: CatalogSource {
  let session: APISession
  private let snapshotPage: Int
  /// The epoch that the server last named, so that a page of another log is noticed.
  private let epoch = Mutex<String?>(nil)

  /// Makes a connector.
  ///
  /// - Parameters:
  ///   - url: the server's address without the version, for example `https://api.example`.
  ///   - token: a bearer token.
  ///   - snapshotPage: records of a snapshot handed on at one time.
  ///   - patience: how long an answer to a write is waited for.
  public init(
    url: String, token: String, snapshotPage: Int = 1000, client: HTTPClient = HTTPClient(),
    patience: HTTPRequest.Patience = HTTPRequest.Patience(),
    time: any TimeSource = SystemTime(), random: any RandomSource = SystemRandom()
  ) {
    session = APISession(
      base: url, authorization: "Bearer \(token)", client: client, time: time, random: random,
      patience: patience)
    self.snapshotPage = snapshotPage
  }

  /// Reads the discovery document.
  public func describe() throws(ConnectorError) -> SourceDescription {
    let request = session.request(ContractVersion.discoveryPath)
    let answer = try session.once(request)
    let tape = try APISession.parse(answer, of: request.url)
    let discovery: Discovery = try contract { () throws(EnvelopeError) in
      try Discovery(tape.value)
    }
    guard discovery.apiVersions.contains(ContractVersion.current) else {
      throw ConnectorError(
        .refused,
        "\(session.base) speaks the contract of \(discovery.apiVersions.joined(separator: ", ")), "
          + "this program that of \(ContractVersion.current); update the older one")
    }
    guard let tenant = discovery.tenant else {
      throw ConnectorError(
        .unauthenticated, "\(session.base) does not accept the token: it names no tenant")
    }
    epoch.withLock { $0 = discovery.epoch }
    return SourceDescription(
      serverID: discovery.serverID, epoch: discovery.epoch, tenant: tenant,
      scope: discovery.scope, types: discovery.types, hasChangeFeed: true,
      capabilities: discovery.fieldCapabilities, pageMax: discovery.largestPage,
      now: answer.head.headers["date"].flatMap(HTTPDate.parse))
  }

  /// Reads the snapshot, or the rest of it.
  public func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String {
    let token = resume.flatMap(SnapshotToken.init)
    if resume != nil, token == nil {
      throw ConnectorError(.cursorExpired, "the stored place in the snapshot cannot be read")
    }
    return try SnapshotReader(session: session, pageSize: snapshotPage).read(
      from: token, page: page)
  }

  /// Reads the change feed to its present end.
  public func changes(
    from cursor: String, limit: Int, page: (SourcePage) throws -> Void
  ) throws {
    var place = cursor
    while true {
      var path = ByteBuffer(capacity: 128)
      path.append("\(ContractVersion.root)/changes?cursor=")
      path.append(percentEncoding: place)
      path.append("&limit=\(min(max(limit, 1), ContractVersion.largestPageSize))")
      let tape = try get(path.string)
      let changes: ChangePage = try contract { () throws(EnvelopeError) in
        try ChangePage(tape.value)
      }
      if let known = epoch.withLock({ $0 }), known != changes.epoch {
        throw ConnectorError(.epochChanged, "the server's change log began anew")
      }
      guard !changes.hasMore || changes.cursor != place else {
        throw ConnectorError(.malformed, "the change feed says there is more but does not advance")
      }
      place = changes.cursor
      try page(NativeRecords.page(changes))
      if !changes.hasMore { return }
    }
  }

  /// Asks for the counts and hashes of a type.
  public func digest(of type: ResourceType) throws(ConnectorError) -> [DigestBucket] {
    let tape = try get("\(ContractVersion.root)/digest?type=\(type.name)")
    return try contract { () throws(EnvelopeError) in try DigestAnswer.buckets(tape.value) }
  }

  /// Asks for the ids and hashes of a bucket.
  public func identities(
    of type: ResourceType, bucket: UInt8
  ) throws(ConnectorError) -> [RecordIdentity] {
    let tape = try get("\(ContractVersion.root)/digest?type=\(type.name)&bucket=\(bucket)")
    return try contract { () throws(EnvelopeError) in try DigestAnswer.records(tape.value) }
  }

  /// Asks for one record.
  public func record(
    _ type: ResourceType, _ id: String
  ) throws(ConnectorError) -> SourceRecord? {
    var path = ByteBuffer(capacity: 128)
    path.append("\(ContractVersion.root)/\(type.path)/")
    path.append(percentEncoding: id)
    return try record(at: path.string, type, id)
  }

  /// The record at a path; nil where there is none.
  func record(
    at path: String, _ type: ResourceType, _ name: String
  ) throws(ConnectorError) -> SourceRecord? {
    let request = session.request(path)
    let response = try session.once(request, allowing: [404, 410])
    guard response.head.isSuccess else { return nil }
    let tape = try APISession.parse(response, of: request.url)
    switch NativeRecords.record(tape, json: response.body) {
    case .success(let record): return record
    case .failure(let misread):
      throw ConnectorError(.malformed, "\(type.name) \(name): \(misread.reject.reason)")
    }
  }

  private func get(_ path: String) throws(ConnectorError) -> Tape {
    let request = session.request(path)
    return try APISession.parse(try session.once(request), of: request.url)
  }

  /// Runs a reading of the contract's own forms and says that the server breaks the contract.
  private func contract<Value>(
    _ read: () throws(EnvelopeError) -> Value
  ) throws(ConnectorError) -> Value {
    do throws(EnvelopeError) {
      return try read()
    } catch {
      throw ConnectorError(
        .malformed, "\(session.base) does not keep to the contract: \(error.description)")
    }
  }
}
