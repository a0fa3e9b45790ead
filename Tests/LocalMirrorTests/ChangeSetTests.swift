import Contract
import LocalMirror
import Testing

@Suite("What changed since a revision, as pages see it")
struct ChangeSetTests {
  private let shop: Shop

  init() throws {
    shop = try Shop()
    try shop.fill(try shop.open())
  }

  private func changes(_ body: (MirrorStore) throws -> Void) throws -> ChangeSet? {
    let before = try shop.reader().revision
    try body(try shop.open())
    return try shop.reader().changeSet(since: before)
  }

  private func apply(
    _ store: MirrorStore, _ records: [SourceRecord], gone: [SourceTombstone] = []
  ) throws {
    _ = try store.apply(
      SourcePage(records: records, tombstones: gone, cursor: "c", hasMore: false))
  }

  private func tombstone(_ type: ResourceType, _ id: String) -> SourceTombstone {
    SourceTombstone(type: type, id: id, version: 2, seq: 20, isGone: false, at: nil)
  }

  @Test("nothing where nothing changed")
  func nothing() throws {
    #expect(try changes { _ in }?.isEmpty == true)
  }

  @Test("a price concerns the product of its variant, also when it is gone")
  func prices() throws {
    let changed = try changes { store in
      try apply(store, [], gone: [tombstone(.price, "prc_a1")])
    }
    #expect(changed?.products == ["prd_a"])
  }

  @Test("a variant that moves concerns the product that it leaves and the one that it joins")
  func moves() throws {
    let changed = try changes { store in
      let moved = try Shop.record(
        .variant, "var_a1", "{\"sku\":\"SKU-a1\",\"position\":1}", links: "{\"product\":\"prd_b\"}",
        version: 2, seq: 20)
      try apply(store, [moved])
    }
    #expect(changed?.products == ["prd_a", "prd_b"])
  }

  @Test("a product that is deleted with its parts is named once")
  func deletions() throws {
    let changed = try changes { store in
      try apply(
        store, [],
        gone: [
          tombstone(.price, "prc_a1"), tombstone(.variant, "var_a1"), tombstone(.product, "prd_a"),
        ])
    }
    #expect(changed?.products == ["prd_a"])
    #expect(changed?.others == [])
  }

  @Test("an edit concerns its product, as it is made and as it is withdrawn")
  func edits() throws {
    let key = RecordKey(.product, "prd_a")
    let made = try changes { store in
      _ = try store.edit(key, [FieldEdit("title", .text("By hand"))], source: .cli)
    }
    #expect(made?.products == ["prd_a"])
    #expect(try changes { _ = try $0.withdraw(key) }?.products == ["prd_a"])
  }

  @Test("other records are told by their type")
  func others() throws {
    let changed = try changes { store in
      let list = try Shop.record(
        .collection, "col_new", "{\"handle\":\"new\",\"title\":\"New\",\"products\":[]}", seq: 21)
      try apply(store, [list])
    }
    #expect(changed?.hasCollections == true)
    #expect(changed?.others == [])
    #expect(changed?.products == [])
  }

  @Test("too many changes are not listed")
  func many() throws {
    #expect(try shop.reader().changeSet(since: 0, limit: 3) == nil)
  }
}
