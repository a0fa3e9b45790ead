import Catalog

/// The numbers of products before and after some came and went.
struct Renumbering {
  /// Ids now.
  let ids: TextTable
  /// Number now by number before; -1 where it is gone.
  let numbers: [Int32]
  /// Number before by number now; -1 where it is new.
  let oldNumbers: [Int32]
  /// Whether nothing came or went.
  let isSame: Bool

  /// Takes those of `changed` that are not `existing` out of a table and puts the new ones in.
  init(_ old: TextTable, changed: Set<String>, existing: Set<String>) {
    let gone = Set(
      changed.subtracting(existing).compactMap { id in
        let place = old.place(of: id)
        return place.isThere ? place.index : nil
      })
    let new = existing.filter { !old.place(of: $0).isThere }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    isSame = gone.isEmpty && new.isEmpty
    if isSame {
      ids = old
      numbers = (0..<Int32(old.count)).map { $0 }
      oldNumbers = numbers
      return
    }
    var ids = TextTable()
    var numbers = [Int32](repeating: -1, count: old.count)
    var oldNumbers: [Int32] = []
    var next = new[...]
    let places = new.map { old.place(of: $0).index }
    for number in 0...old.count {
      while let id = next.first, places[next.startIndex] == number {
        ids.append(id)
        oldNumbers.append(-1)
        next = next.dropFirst()
      }
      guard number < old.count, !gone.contains(number) else { continue }
      numbers[number] = Int32(oldNumbers.count)
      ids.append(old[number])
      oldNumbers.append(Int32(number))
    }
    self.ids = ids
    self.numbers = numbers
    self.oldNumbers = oldNumbers
  }

  /// The number that a product has now; nil where it is gone.
  func number(of old: Int32) -> Int32? {
    let number = numbers[Int(old)]
    return number < 0 ? nil : number
  }

  /// Values by number now, from values by number before.
  func moved<Value>(_ values: [Value], filler: Value) -> [Value] {
    isSame ? values : oldNumbers.map { $0 < 0 ? filler : values[Int($0)] }
  }
}

/// The numbers of collections before and after some came and went.
struct CollectionNumbers {
  /// Number before by number now; -1 where it is new.
  private let oldNumbers: [Int]
  /// Numbers before of those that are gone.
  let gone: [Int]
  /// Whether none came or went.
  let isSame: Bool

  /// Compares those of a record with those of a context; both are in order of id.
  init(_ record: BuildRecord, _ context: CatalogContext) {
    let (old, new) = (record.collections.map(\.id), context.collections.map(\.record.id))
    let places = Dictionary(
      old.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
    let now = Set(new)
    oldNumbers = new.map { places[$0] ?? -1 }
    gone = old.indices.filter { !now.contains(old[$0]) }
    isSame = old == new
  }

  /// The number that a collection had; nil where it is new.
  func old(_ number: Int) -> Int? { oldNumbers[number] < 0 ? nil : oldNumbers[number] }
}
