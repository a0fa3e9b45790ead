import Bytes
import Catalog
import Contract
import LocalMirror
import Machine
import SQL
import Support
import Testing

@Suite("Opening a mirror")
struct OpeningTests {
  private func code(_ body: () throws -> Void) -> MirrorError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? MirrorError)?.code
    }
  }

  @Test("a mirror of another tenant is refused")
  func otherTenant() throws {
    let shop = try Shop()
    try shop.fill(try shop.open())
    #expect(
      code { _ = try MirrorStore(path: shop.path, tenant: "other", clock: shop.clock) }
        == .otherTenant)
    #expect(code { _ = try MirrorReader(path: shop.path, tenant: "other") } == .otherTenant)
  }

  @Test("a source of another tenant or server is refused, another scope is noticed")
  func standing() throws {
    let shop = try Shop()
    let store = try shop.open()
    #expect(try store.standing(of: Shop.source(), connector: "native") == .fresh)
    try shop.fill(store)
    #expect(try store.standing(of: Shop.source(), connector: "native") == .known)
    #expect(
      try store.standing(of: Shop.source(scope: "less"), connector: "native")
        == .changed("what the token may see has changed"))
    #expect(
      code { _ = try store.standing(of: Shop.source(server: "srv_2"), connector: "native") }
        == .otherServer)
    #expect(
      code { _ = try store.standing(of: Shop.source(), connector: "oscar") } == .otherServer)
    #expect(
      code { _ = try store.standing(of: Shop.source(tenant: "x"), connector: "native") }
        == .otherTenant)
  }

  @Test("two writers at a time are one too many; readers are welcome")
  func oneWriter() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    #expect(code { _ = try shop.open() } == .inUse)
    #expect(try shop.reader().counts()[.product] == 3)
    withExtendedLifetime(store) {}
  }

  @Test("a reader needs a mirror that is there and filled")
  func readers() throws {
    let shop = try Shop()
    #expect(code { _ = try shop.reader() } == .missing)
    #expect(code { _ = try MirrorQuery(path: shop.path) } == .missing)
    _ = try shop.folder.write("junk.sqlite", String(repeating: "junk ", count: 500))
    #expect(code { _ = try MirrorReader(path: "\(shop.folder.path)/junk.sqlite") } == .damaged)
  }

  @Test("a file of an older schema is brought up to date, with all that is in it")
  func upgrade() throws {
    let shop = try Shop()
    try Files.makeFolders(Path.folder(of: shop.path))
    do {
      // The first released schema, with one record in it.
      let old = try Database(shop.path)
      try old.migrate(OldSchema.first)
      try old.execute(
        """
        INSERT INTO sync_meta(one, tenant, client_id, created_at) VALUES(1, 'demo', 'c', 't');
        INSERT INTO handle_history VALUES('product', 'prd_1', 'old-handle', 't');
        """)
    }
    #expect(code { _ = try shop.reader() } == .missing)
    let store = try shop.open()
    try shop.fill(store)
    #expect(try shop.reader().handles(of: .product, "prd_1") == ["old-handle"])
    #expect(try shop.reader().verify().isSound)
  }

  @Test("a file of a newer program is refused")
  func newer() throws {
    let shop = try Shop()
    try shop.fill(try shop.open())
    try Database(shop.path).execute("PRAGMA user_version=99")
    #expect(code { _ = try shop.open() } == .newer)
    #expect(code { _ = try shop.reader() } == .newer)
  }

  @Test("several readers see one state while a pull goes on")
  func sameState() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let readers = try MirrorReader.open(path: shop.path, tenant: "demo", count: 3)
    _ = try store.apply(
      SourcePage(
        records: [Shop.product("a", title: "New", version: 2, seq: 101)], cursor: "c",
        hasMore: false))
    #expect(Set(readers.map(\.snapshotID)).count == 1)
    for reader in readers {
      #expect(try reader.product("prd_a", in: .none)?.product.title == "Alpha")
    }
    #expect(try shop.reader().product("prd_a", in: .none)?.product.title == "New")
  }

  @Test("companions of a reader see its state; once the mirror was written to there are none")
  func companions() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let reader = try shop.reader()
    let others = try #require(try reader.companions(2))
    #expect(others.map(\.stateName) == [reader.stateName, reader.stateName])
    #expect(others.map(\.snapshotID) == [reader.snapshotID, reader.snapshotID])
    _ = try store.apply(
      SourcePage(
        records: [Shop.product("a", title: "New", version: 2, seq: 101)], cursor: "c",
        hasMore: false))
    #expect(try reader.companions(2) == nil)
    #expect(try reader.companions(0)?.isEmpty == true)
  }
}
