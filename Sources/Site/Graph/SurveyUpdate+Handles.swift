import Storefront

extension SurveyUpdate {
  /// The handles in other languages by today's numbers.
  ///
  /// Links of menus and content lead to a product by its own handle and change with each of the others, so a
  /// product that has such and went is left to a full build.
  func translatedHandles(_ changed: Set<String>, _ renumbering: Renumbering) throws
    -> TranslatedHandles
  {
    let known = record.translatedHandles
    guard !known.isEmpty else { return known }
    for id in changed {
      let old = record.ids.place(of: id)
      if old.isThere, renumbering.numbers[old.index] < 0, known.has(old.index) {
        throw Self.otherAddresses
      }
    }
    return renumbering.isSame ? known : known.renumbered { renumbering.number(of: $0) }
  }

  /// Leaves a product to a full build that has handles in other languages, or had, where one of its handles is
  /// another or another view shows it.
  func requireSameAddresses(
    of number: Int, _ trace: ProductTrace, visibleIn views: [Bool], _ known: TranslatedHandles,
    _ renumbering: Renumbering
  ) throws {
    let before = known.isEmpty ? [] : known.entries(of: number)
    if before.isEmpty, trace.translatedHandles.isEmpty { return }
    let now = trace.translatedHandles.sorted { $0.locale < $1.locale }
    let old = renumbering.oldNumbers[number]
    guard old >= 0, record.handles[Int(old)] == trace.handle,
      trace.flags.map(\.isVisible) == views, before.count == now.count,
      zip(before, now).allSatisfy({ $0.locale == $1.locale && $0.handle == $1.handle })
    else { throw Self.otherAddresses }
  }

  private static let otherAddresses = Insufficient(
    reason: "a product with handles in other languages has other addresses")
}
