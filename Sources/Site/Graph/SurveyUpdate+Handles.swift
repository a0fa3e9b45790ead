import Catalog
import Storefront

extension SurveyUpdate {
  /// What looking at changed products tells of the addresses of their pages.
  struct ChangedAddresses {
    /// Their own handles now; "" where no view shows them.
    var handles: [Int: String] = [:]
    /// Their handles in other languages now, by language.
    private(set) var translated: [Int: [TranslatedHandles.Entry]] = [:]
    /// Those that a view shows and did not, or shows no more.
    private(set) var seenOtherwise: Set<Int> = []

    /// Notes a product.
    mutating func note(_ trace: ProductTrace, of number: Int, isSeenOtherwise: Bool) {
      handles[number] = trace.handle
      if isSeenOtherwise { seenOtherwise.insert(number) }
      guard !trace.translatedHandles.isEmpty else { return }
      translated[number] = trace.translatedHandles.map { locale, handle in
        TranslatedHandles.Entry(locale: locale, product: Int32(number), handle: handle)
      }.sorted { $0.locale < $1.locale }
    }
  }

  /// The handles in other languages by today's numbers.
  ///
  /// Links of menus and content name a product by its own handle and lead to the one of the language: where
  /// one names a product whose addresses are others, any page can be different.
  ///
  /// - Parameters:
  ///   - own: the handles of all products.
  ///   - moves: becomes true where a product has another handle in a language.
  func translatedHandles(
    _ now: ChangedAddresses, _ own: TextTable, _ changed: Set<String>, _ renumbering: Renumbering,
    _ moves: inout Bool
  ) throws -> TranslatedHandles {
    let known = record.translatedHandles
    if known.isEmpty, now.translated.isEmpty { return known }
    var isOther = false
    var moved: Set<Int> = []
    var names: Set<String> = []
    for number in now.handles.keys {
      let old = Int(renumbering.oldNumbers[number])
      let before = old < 0 ? [] : known.entries(of: old)
      let after = now.translated[number] ?? []
      if before.isEmpty, after.isEmpty { continue }
      let isSame =
        before.count == after.count
        && zip(before, after).allSatisfy { $0.locale == $1.locale && $0.handle == $1.handle }
      let (name, newName) = (old < 0 ? "" : record.handles[old], now.handles[number] ?? "")
      guard !isSame || now.seenOtherwise.contains(number) || name != newName else { continue }
      isOther = isOther || !isSame
      moved.insert(number)
      names.formUnion([name, newName])
    }
    for id in changed {
      let old = record.ids.place(of: id)
      guard old.isThere, renumbering.numbers[old.index] < 0, known.has(old.index) else { continue }
      isOther = true
      names.insert(record.handles[old.index])
    }
    if !names.isEmpty, !linkedProducts().isDisjoint(with: names) {
      throw Insufficient(reason: "links name a product that has another address in a language")
    }
    moves = moves || isOther
    guard isOther || !renumbering.isSame else { return known }
    let stays = known.renumbered { number in
      renumbering.number(of: number).flatMap { now.handles[Int($0)] == nil ? $0 : nil }
    }
    let table = stays.adding(now.translated.values.flatMap(\.self))
    for number in moved { try requireSingle(number, now, own, table) }
    return table
  }

  /// Leaves it to a full build to tell whether pages would stand at one address.
  private func requireSingle(
    _ number: Int, _ now: ChangedAddresses, _ own: TextTable, _ table: TranslatedHandles
  ) throws {
    let handles = (now.translated[number] ?? []).map(\.handle) + [now.handles[number] ?? ""]
    for handle in handles where !handle.isEmpty {
      let isTaken =
        own.indices(of: handle).contains { $0 != number }
        || table.products(handle).contains { $0 != number }
      if isTaken { throw Insufficient(reason: "two products have one handle") }
    }
  }
}

extension StorefrontBuild {
  /// Leaves it to a full build where a collection with handles in other languages has another address or is
  /// shown in other views: links of menus and content lead to it from any page.
  func requireSameCollectionHandles(_ record: BuildRecord, _ plan: Plan, _ updated: UpdatedSurvey)
    throws
  {
    let now = plan.roots[0].states[0].view.context.collections
    var taken: Set<String> = []
    let isSame =
      now.enumerated().allSatisfy { number, collection in
        let old = updated.collections.old(number).map { record.collections[$0] }
        let handles = plan.pathHandles(ofCollection: collection.record.id)
        taken.formUnion(handles)
        return handles == old?.pathHandles ?? []
          && (handles.isEmpty || old?.handle == collection.record.handle)
      } && updated.collections.gone.allSatisfy { record.collections[$0].pathHandles.isEmpty }
    guard isSame else {
      throw SurveyUpdate.Insufficient(
        reason: "a collection with handles in other languages has other addresses")
    }
    if now.contains(where: { taken.contains($0.record.handle) }) {
      throw SurveyUpdate.Insufficient(reason: "two collections have one handle")
    }
  }
}

extension StorefrontBuild.Plan {
  /// The handle of a collection in the language of each view that shows it with another one than its own, ""
  /// for the rest; empty where there is none.
  func pathHandles(ofCollection id: String) -> [String] {
    guard let first = objects.first, first.state.view.context.translations.hasHandles else {
      return []
    }
    let handles = objects.map { objects in
      objects.state.collection(id: id).map(\.view).map {
        $0.pathHandle == $0.handle ? "" : $0.pathHandle
      } ?? ""
    }
    return handles.allSatisfy(\.isEmpty) ? [] : handles
  }
}
