import Bytes
import Catalog
import Formats
import Storefront
import Synchronization

/// What can be bought, in small files that a script may ask for: the only thing of a page that is
/// fetched, and a page is whole without it.
///
/// `availability/<market>/<shard>.json` holds some hundred products by id, each with what its variants
/// promise by the variant's id: `{"prd_1":{"var_1":"in_stock"}}`. Products that the root's audience does
/// not see, or sees only a hint of, are not in it. The shard of a product is the FNV-1a hash of its id
/// (32 bits) modulo the number of shards, in hexadecimal digits; that number is a power of two and stands in
/// `snapshot.json`.
enum AvailabilityFiles {
  /// First part of the paths.
  static let folder = "availability"
  /// Products that a shard holds at most, on average.
  static let shardSize = 400

  /// How many shards there are for a number of products.
  static func shardCount(products: Int) -> Int {
    var count = 1
    while products > count * shardSize { count *= 2 }
    return count
  }

  /// The shard of a product.
  static func shard(of id: String, count: Int) -> Int {
    var hash: UInt32 = 0x811C_9DC5
    for byte in id.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
    return Int(hash) % count
  }

  /// Path of a shard below the root.
  static func path(market: String, shard: Int) -> String {
    "\(folder)/\(market.lowercased())/\(String(shard, radix: 16)).json"
  }

  /// What the variants of a product promise, as JSON; nil where the audience sees none.
  static func entry(of product: ProductView?) -> String? {
    guard let product, !product.isTeaser, !product.variants.isEmpty else { return nil }
    var json = JSONWriter(capacity: 32 * product.variants.count + 8)
    json.beginObject()
    for variant in product.variants {
      json.key(variant.record.id)
      json.value(variant.availability.rawValue)
    }
    json.end()
    return json.finish().string
  }

  /// A shard from its products in order of id.
  static func text(_ entries: some Sequence<(id: String, json: String)>) -> ByteBuffer {
    var buffer = ByteBuffer(capacity: 1 << 14)
    buffer.append("{")
    var isFirst = true
    for entry in entries {
      buffer.append(isFirst ? "\n" : ",\n")
      isFirst = false
      var key = JSONWriter(capacity: entry.id.utf8.count + 8)
      key.value(entry.id)
      buffer.append(key.finish().string)
      buffer.append(":")
      buffer.append(entry.json)
    }
    buffer.append("\n}\n")
    return buffer
  }

  /// The products of a shard by id, as `text` wrote them; nil where it is none.
  static func read(_ bytes: [UInt8]) -> [String: String]? {
    guard let tape = try? JSON.parse(bytes), tape.value.kind == .object else { return nil }
    return Dictionary(
      tape.value.members.map { ($0.0, JSON.text($0.1)) }, uniquingKeysWith: { first, _ in first })
  }
}

/// Gathers what products promise while their pages are made, from all workers.
final class AvailabilityBook: Sendable {
  private struct Entry {
    var product: Int32
    /// Number of the root and market.
    var slot: Int32
    var start: Int
    var count: Int
  }

  private struct State {
    var bytes: [UInt8] = []
    var entries: [Entry] = []
  }

  private let state = Mutex(State())

  /// Notes what a product promises in each root and market that shows it.
  func note(_ found: [(slot: Int, json: String)], product: Int) {
    guard !found.isEmpty else { return }
    state.withLock { state in
      // Roots mostly promise the same: it is kept once.
      var last: (json: String, start: Int)?
      for (slot, json) in found {
        let start = last?.json == json ? last?.start ?? 0 : state.bytes.count
        if start == state.bytes.count { state.bytes.append(contentsOf: json.utf8) }
        last = (json, start)
        state.entries.append(
          Entry(
            product: Int32(product), slot: Int32(slot), start: start, count: json.utf8.count))
      }
    }
  }

  /// The products of each shard of a root and market, in order of their numbers, which is that of ids.
  func shards(slot: Int, ids: TextTable, count: Int) -> [[(id: String, json: String)]] {
    state.withLock { state in
      var shards = [[(id: String, json: String)]](repeating: [], count: count)
      let own = state.entries.filter { $0.slot == Int32(slot) }
        .sorted { $0.product < $1.product }
      for entry in own {
        let id = ids[Int(entry.product)]
        shards[AvailabilityFiles.shard(of: id, count: count)].append(
          (
            id,
            String(
              decoding: state.bytes[entry.start..<(entry.start + entry.count)], as: UTF8.self)
          ))
      }
      return shards
    }
  }
}
