import Bytes
import Catalog
import Contract
import Formats
import LocalMirror
import Machine
import Support
import Testing

/// What a mirror must hold, kept as plainly as possible beside it.
private struct Model {
  var server: [String: String] = [:]
  var versions: [String: Int64] = [:]
  var local: [String: String] = [:]
  var base: [String: String] = [:]
  var created: Set<String> = []
  var deleted: Set<String> = []

  func shown(_ id: String) -> String? {
    if deleted.contains(id) { return nil }
    if let mine = local[id] { return server[id] == nil && !created.contains(id) ? nil : mine }
    return server[id]
  }
}

@Suite("Random edits, pulls and answers")
struct EditPropertyTests {
  private let ids = ["a", "b", "c", "d", "e"]
  private let titles = ["One", "Two", "Three"]

  @Test("after every step the mirror shows the shop's records with the edits laid over them")
  func steps() throws {
    let seed = UInt64(Environment.processID)
    for run in 0..<6 { try steps(seed: seed + UInt64(run) * 7919) }
  }

  private func steps(seed: UInt64) throws {
    let random = SeededRandom(seed: seed)
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    var model = Model()
    for (id, title) in [("a", "Alpha"), ("b", "Beta"), ("c", "Gamma")] {
      model.server[id] = title
      model.versions[id] = 1
    }
    var seq: Int64 = 1000
    for step in 0..<120 {
      let id = ids[random.below(ids.count)]
      let title = titles[random.below(titles.count)]
      seq += 1
      try act(random.below(8), id, title, seq, store, &model)
      try compare(model, shop, "seed \(seed), step \(step), \(id)")
      if step % 15 == 0 {
        let findings = try shop.reader().verify().findings
        #expect(findings.isEmpty, "seed \(seed), step \(step): \(findings)")
      }
    }
  }

  private func key(_ id: String) -> RecordKey { RecordKey(.product, "prd_\(id)") }

  private func act(
    _ action: Int, _ id: String, _ title: String, _ seq: Int64, _ store: MirrorStore,
    _ model: inout Model
  ) throws {
    switch action {
    case 0, 1: try put(id, title, seq, store, &model)
    case 2 where model.shown(id) != nil:
      try store.edit(key(id), [FieldEdit("title", .text(title))], source: .cli)
      let base = model.base[id] ?? model.server[id]
      if model.created.contains(id) && model.base[id] == nil {
        model.local[id] = title
      } else if title == base {
        model.local[id] = nil
        model.base[id] = nil
      } else {
        model.base[id] = base
        model.local[id] = title
      }
    case 3 where model.server[id] == nil && model.local[id] == nil:
      try store.create(
        key(id), fields: ["handle": .text(id), "title": .text(title), "status": .text("draft")],
        source: .cli)
      model.created.insert(id)
      model.local[id] = title
    case 4 where model.shown(id) != nil:
      try store.delete(key(id), source: .cli)
      if model.created.contains(id), model.server[id] == nil {
        model.created.remove(id)
        model.local[id] = nil
      } else {
        model.created.remove(id)
        model.deleted.insert(id)
      }
    case 5:
      try store.withdraw(key(id))
      model.local[id] = nil
      model.base[id] = nil
      model.created.remove(id)
      model.deleted.remove(id)
    case 6 where model.server[id] != nil && model.local[id] == nil && !model.deleted.contains(id):
      _ = try store.apply(
        SourcePage(
          records: [],
          tombstones: [
            SourceTombstone(
              type: .product, id: "prd_\(id)", version: (model.versions[id] ?? 0) + 1, seq: seq,
              isGone: false, at: nil)
          ], cursor: "c\(seq)", hasMore: false))
      model.server[id] = nil
      model.created.remove(id)
    case 7 where model.local[id] != nil && model.shown(id) != nil:
      try confirm(id, seq, store, &model)
    default: break
    }
  }

  private func record(_ id: String, _ title: String, _ seq: Int64, _ model: inout Model) throws
    -> SourceRecord
  {
    let version = (model.versions[id] ?? 0) + 1
    model.versions[id] = version
    model.server[id] = title
    return try Shop.product(id, title: title, handle: id, version: version, seq: seq)
  }

  private func put(
    _ id: String, _ title: String, _ seq: Int64, _ store: MirrorStore, _ model: inout Model
  ) throws {
    let came = try record(id, title, seq, &model)
    _ = try store.apply(SourcePage(records: [came], cursor: "c\(seq)", hasMore: false))
  }

  /// The server answers a push of what is edited.
  private func confirm(
    _ id: String, _ seq: Int64, _ store: MirrorStore, _ model: inout Model
  ) throws {
    guard let mine = model.local[id] else { return }
    let answer = try record(id, mine, seq, &model)
    try store.settle { transaction in
      var sent: [String: FieldValue] = [:]
      for value in try transaction.localValues(of: key(id)) { sent[value.field] = value.value }
      try transaction.confirm(key(id), sent: sent, server: answer)
    }
    model.local[id] = nil
    model.base[id] = nil
    model.created.remove(id)
  }

  private func compare(_ model: Model, _ shop: Shop, _ place: String) throws {
    let reader = try shop.reader()
    for id in ids {
      let shown = try reader.product("prd_\(id)", in: .none)?.product.title
      #expect(shown == model.shown(id), "\(place): \(id)")
      let body = try reader.effectiveRecord(key(id))
      #expect(
        body?.value["attributes"]?["title"]?.string == model.shown(id), "\(place): body of \(id)")
      #expect(
        try reader.serverRecord(key(id)).map { $0.value("title") }
          == model.server[id].map { .text($0) }, "\(place): the shop's \(id)")
    }
    #expect(try reader.counts()[.product] ?? 0 == model.server.count, "\(place)")
  }
}
