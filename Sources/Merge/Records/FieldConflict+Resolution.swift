public import Contract

extension FieldConflict {
  /// The value that the field gets by a person's choice; nil where the choice is none about a value
  /// (keep, delete anyway, later), or `.edit`, whose value the person writes.
  ///
  /// In a text only the places that both changed differ: mine takes my reading of those places, both
  /// puts mine before the shop's.
  public func value(for choice: Alternative) -> FieldValue? {
    switch choice {
    case .mine, .redirect: segments.isEmpty ? mine : text(\.mine)
    case .shop, .drop: segments.isEmpty ? shop : text(\.shop)
    case .both: both
    case .merge: proposal
    case .clamp: kind == .stockNegative ? .integer(0) : nil
    case .backorder: kind == .stockNegative ? proposal : nil
    case .replay: replayed
    default: nil
    }
  }

  /// My count, moved by what moved in the shop since.
  private var replayed: FieldValue? {
    guard let before = before.integer, let mine = mine.integer, let shop = shop.integer else {
      return nil
    }
    let (moved, overflow) = shop.subtractingReportingOverflow(before)
    let (sum, tooLarge) = mine.addingReportingOverflow(moved)
    return overflow || tooLarge ? nil : .integer(sum)
  }

  private var both: FieldValue? {
    if segments.isEmpty {
      guard let mine = mine.list, let shop = shop.list else { return nil }
      return .list(shop + mine.filter { !shop.contains($0) })
    }
    return wrapped(
      segments.resolved { place in
        if place.mine.isEmpty || place.shop.isEmpty { return place.mine + place.shop }
        let isBlock = place.mine.contains("\n") || place.shop.contains("\n") || place.before.isEmpty
        return place.mine + (isBlock ? "\n\n" : " ") + place.shop
      })
  }

  private func text(_ reading: KeyPath<TextConflict, String>) -> FieldValue {
    wrapped(segments.text(reading))
  }

  /// A text in the format in which the field is written.
  private func wrapped(_ text: String) -> FieldValue {
    for value in [shop, mine, before] {
      if case .object(let members) = value, let format = members.first?.name {
        return .object([FieldValue.Member(format, .text(text))])
      }
    }
    return .text(text)
  }
}

extension [TextSegment] {
  /// The text with a reading chosen for each place that both changed, in order.
  public func resolved(_ choose: (TextConflict) -> String) -> String {
    reduce(into: "") { text, segment in
      switch segment {
      case .text(let part, _): text += part
      case .conflict(let place): text += choose(place)
      }
    }
  }
}
