import Bytes
import CommerceServer
import Contract
import Formats
import Machine
import Testing

@Suite("Change feed, snapshot and digest")
struct FeedTests {
  @Test("the feed gives every record once, in commit order, with its parent")
  func order() throws {
    let shop = try Shop()
    let page = try shop.get("changes").json()
    let rows = page["changes"]?.children ?? []
    #expect(rows.compactMap { $0["seq"]?.integer } == Array(1...7))
    #expect(rows.first { $0["id"]?.string == "c1" }?["parent"]?.string == "v1")
    #expect(page["head"]?.integer == 7 && page["watermark"]?.integer == 7)
    #expect(page["has_more"]?.boolean == false)
  }

  @Test("pages of a limit join to the whole without gap or repetition")
  func pages() throws {
    let shop = try Shop()
    var rows: [String] = []
    var cursor: String?
    repeat {
      let page = try shop.feed(cursor, cursor == nil ? "limit=2" : "&limit=2")
      rows += page.rows
      if page.rows.isEmpty { break }
      cursor = page.cursor
    } while true
    #expect(rows.count == 7 && Set(rows).count == 7)
  }

  @Test("a row carries the record with its content hash")
  func resource() throws {
    let shop = try Shop()
    let page = try ChangePage(try shop.get("changes").json())
    for change in page.changes {
      let envelope = try Envelope(try #require(change.resource))
      #expect(envelope.isContentHashRight)
      #expect(envelope.faults().isEmpty)
    }
  }

  @Test("only the latest change of a record is told")
  func compacted() throws {
    let shop = try Shop()
    _ = try shop.patch("products/p1", #"{"attributes":{"title":"One"}}"#, etag: "\"prd-1\"")
    _ = try shop.patch("products/p1", #"{"attributes":{"title":"Two"}}"#, etag: "\"prd-2\"")
    let rows = try shop.feed().rows.filter { $0.hasSuffix("product p1") }
    #expect(rows == ["upsert product p1"])
  }

  @Test("types restrict the feed, and the cursor remembers them")
  func types() throws {
    let shop = try Shop()
    let first = try shop.feed(nil, "types=price,product&limit=2")
    let second = try shop.feed(first.cursor)
    #expect(first.rows == ["upsert product p1", "upsert product p2"])
    #expect(second.rows == ["upsert price c1"])
  }

  @Test("other types than the cursor's are refused")
  func otherTypes() throws {
    let shop = try Shop()
    let cursor = try shop.feed(nil, "types=price").cursor
    #expect(try shop.get("changes?cursor=\(cursor)&types=product").problem() == .invalidParameter)
  }

  @Test(
    "a cursor that is not one is a 400",
    arguments: ["x", "Zm9v", "%20", "", "....", "AAAAAAAAAAAAAAAA"])
  func badCursor(_ cursor: String) throws {
    let answer = try Shop().get("changes?cursor=\(cursor)")
    #expect(answer.status == 400)
    #expect(try answer.problem() == .invalidCursor)
  }

  @Test("a cursor of another log is a 410 epoch-changed")
  func epoch() throws {
    let cursor = try Shop().feed().cursor
    let answer = try Shop().get("changes?cursor=\(cursor)")
    #expect(answer.status == 410)
    #expect(try answer.problem() == .epochChanged)
  }

  @Test("a cursor of a token whose scopes changed is a 410 scope-changed")
  func scope() throws {
    let shop = try Shop()
    let cursor = try shop.feed().cursor
    try shop.store.setScopes([.catalogRead], ofToken: shop.tokenID)
    let answer = try shop.get("changes?cursor=\(cursor)")
    #expect(answer.status == 410)
    #expect(try answer.problem() == .scopeChanged)
  }

  @Test("a cursor older than the tombstones kept is a 410 cursor-expired")
  func expired() throws {
    let shop = try Shop()
    let cursor = try shop.feed(nil, "limit=1").cursor
    _ = try shop.delete("collections/k1", etag: "\"col-1\"")
    shop.clock.sleep(milliseconds: 91 * 86_400_000)
    #expect(try shop.store.compact() == 1)
    let answer = try shop.get("changes?cursor=\(cursor)")
    #expect(answer.status == 410)
    #expect(try answer.problem() == .cursorExpired)
  }

  @Test("tombstones stay as long as they are promised")
  func retention() throws {
    let shop = try Shop()
    _ = try shop.delete("collections/k1", etag: "\"col-1\"")
    shop.clock.sleep(milliseconds: 89 * 86_400_000)
    #expect(try shop.store.compact() == 0)
    #expect(try shop.feed().rows.contains("delete collection k1"))
  }

  @Test("waiting ends with the next change")
  func longPoll() async throws {
    let shop = try Shop()
    let cursor = try shop.feed().cursor
    let store = shop.store
    let port = shop.server.port
    let secret = shop.token
    async let answer = Task.detached {
      WireClient(port: port).send(
        "GET \(ContractVersion.root)/changes?cursor=\(cursor)&wait=20 HTTP/1.1\r\nHost: t\r\n"
          + "Connection: close\r\nAuthorization: Bearer \(secret)\r\n\r\n")
    }.value
    try await Task.sleep(for: .milliseconds(150))
    try store.seed(
      tenant: "demo",
      lines:
        #"{"type":"location","id":"a","attributes":{"name":"A","country":"FR","time_zone":"Europe/Paris"}}"#
    )
    let page = try #require(await answer).json()
    #expect(page["changes"]?.children.first?["id"]?.string == "a")
  }

  @Test("waiting for nothing ends with an empty page")
  func longPollEnds() throws {
    let shop = try Shop()
    let cursor = try shop.feed().cursor
    #expect(try shop.feed(cursor, "&wait=1").rows.isEmpty)
  }

  // MARK: Snapshot

  @Test("the snapshot has all records, and the feed goes on from it")
  func snapshot() throws {
    let shop = try Shop()
    let answer = try shop.get("snapshot")
    let lines = answer.body.split(separator: "\n")
    #expect(lines.count == 7 && answer.header("Commerce-Record-Count") == "7")
    for line in lines { _ = try Envelope(try JSON.parse(String(line)).value) }
    _ = try shop.patch("products/p1", #"{"attributes":{"title":"New"}}"#, etag: "\"prd-1\"")
    let cursor = try #require(answer.header("Commerce-Cursor"))
    #expect(try shop.feed(cursor).rows == ["upsert product p1"])
  }

  @Test("a broken download goes on by Range, in the same snapshot, whatever was written since")
  func resume() throws {
    let shop = try Shop()
    let whole = try shop.get("snapshot")
    let tag = try #require(whole.header("ETag"))
    _ = try shop.patch("products/p1", #"{"attributes":{"title":"New"}}"#, etag: "\"prd-1\"")
    let rest = try shop.get("snapshot", "Range: bytes=100-", "If-Range: \(tag)")
    #expect(rest.status == 206)
    #expect(rest.header("Commerce-Seq") == whole.header("Commerce-Seq"))
    #expect(rest.body == String(decoding: Array(whole.body.utf8)[100...], as: UTF8.self))
  }

  @Test("a range of a snapshot that is gone gives the new one, whole")
  func resumeGone() throws {
    let shop = try Shop()
    let rest = try shop.get("snapshot", "Range: bytes=100-", "If-Range: \"snap.x.1.y.2\"")
    #expect(rest.status == 200)
    #expect(rest.body.split(separator: "\n").count == 7)
  }

  @Test("a snapshot that has not changed is a 304")
  func snapshotNotModified() throws {
    let shop = try Shop()
    let tag = try #require(try shop.get("snapshot").header("ETag"))
    #expect(try shop.get("snapshot", "If-None-Match: \(tag)").status == 304)
  }

  @Test("a range beyond the end is a 416 problem")
  func beyond() throws {
    let shop = try Shop()
    let answer = try shop.get("snapshot", "Range: bytes=9999999-")
    #expect(answer.status == 416)
    #expect(try answer.problem() == .rangeNotSatisfiable)
    #expect(answer.header("Content-Range")?.hasPrefix("bytes */") == true)
  }

  @Test("nobody resumes another tenant's snapshot")
  func foreignSnapshot() throws {
    let shop = try Shop()
    let tag = try #require(try shop.get("snapshot").header("ETag"))
    let other = try shop.store.createToken(tenant: "other", scopes: Set(Scope.allCases))
    let answer = try shop.get(
      "snapshot", "Range: bytes=0-", "If-Range: \(tag)", token: other.secret)
    #expect(answer.body == "")
  }

  @Test("a token sees only the types of its scopes")
  func scopedSnapshot() throws {
    let shop = try Shop(scopes: [.pricingRead])
    let answer = try shop.get("snapshot")
    #expect(answer.body.split(separator: "\n").count == 2)
    #expect(try shop.feed().rows == ["upsert price_list l1", "upsert price c1"])
  }

  // MARK: Digest

  @Test("the digest is the one that a client computes from the snapshot")
  func digest() throws {
    let shop = try Shop()
    let answer = try DigestAnswer.buckets(try shop.get("digest?type=product").json())
    var accumulator = DigestAccumulator()
    for id in ["p1", "p2"] {
      let hash = try shop.get("products/\(id)").json()["content_hash"]?.string ?? ""
      accumulator.add(RecordIdentity(id: id, contentHash: hash))
    }
    let expected = accumulator.finish()
    #expect(answer == expected)
  }

  @Test("a bucket lists its records")
  func bucket() throws {
    let shop = try Shop()
    let bucket = Int(DigestAccumulator.bucket(of: "p1"))
    let records = try DigestAnswer.records(
      try shop.get("digest?type=product&bucket=\(bucket)").json())
    #expect(records.map(\.id).contains("p1"))
  }

  @Test("the digest follows changes")
  func digestMoves() throws {
    let shop = try Shop()
    let before = try shop.get("digest?type=product").json()["buckets"].map(JSON.text)
    _ = try shop.patch("products/p1", #"{"attributes":{"title":"New"}}"#, etag: "\"prd-1\"")
    #expect(try shop.get("digest?type=product").json()["buckets"].map(JSON.text) != before)
  }
}
