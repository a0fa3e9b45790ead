import Contract
import LocalMirror

extension Inbox {
  /// Makes a record anew that the shop has deleted: with its last content and our edits, with all that the
  /// shop deleted together with it, and at its old place in lists that are kept by hand. What is edited here
  /// and names any of it follows.
  func makeAgain(_ question: Question, _ transaction: MirrorTransaction) throws -> RecordKey {
    let key = question.key
    guard try !transaction.isPullDue(for: key) else {
      throw InboxError(
        .changed,
        "\(question.detail.name) was missed in the shop, and what belonged to it is not known yet",
        help: "Run `trumeau pull`, and answer again.")
    }
    var fields = try transaction.serverRecord(key)?.fields(of: key.type) ?? [:]
    for value in try transaction.localValues(of: key) {
      fields[value.field] = value.value.isNull ? nil : value.value
    }
    let parts = try transaction.lostParts(of: key)
    let places = try transaction.lostPlaces(of: key)
    try transaction.withdraw(key)
    var again = MadeAgain(ids: try transaction.madeAgain())
    for lost in [key] + parts.map(\.key) { again.add(lost.id, at: transaction.now, random) }
    let made = try again.make(key, fields, transaction)
    try transaction.note(key, madeAgainAs: made)
    for part in parts {
      try transaction.note(
        part.key, madeAgainAs: try again.make(part.key, part.fields, transaction))
    }
    for lost in [key] + parts.map(\.key) { try follow(lost.id, again, transaction) }
    for place in places {
      let holder = RecordKey(place.holder.type, try transaction.resolved(place.holder.id))
      // One that is gone, or goes by a rule by now, takes nothing up.
      guard try transaction.list(place.field, of: holder) != nil else { continue }
      try again.putBack(place, in: holder, transaction)
    }
    return made
  }

  /// Makes a part as it was where its whole is there again: without the edit that is given up, it would
  /// have come back with it.
  func makeAgain(
    _ part: MirrorTransaction.LostPart, _ transaction: MirrorTransaction
  ) throws {
    var again = MadeAgain(ids: try transaction.madeAgain())
    again.add(part.key.id, at: transaction.now, random)
    let made = try again.make(part.key, part.fields, transaction)
    try transaction.note(part.key, madeAgainAs: made)
  }

  /// Edits that name a record by the id that it had are of the one that is made again.
  private func follow(
    _ id: String, _ again: MadeAgain, _ transaction: MirrorTransaction
  ) throws {
    for key in try transaction.edited(mentioning: id) {
      for value in try transaction.localValues(of: key) {
        let relinked = again.relinked(value.value, value.field, key.type)
        guard relinked != value.value else { continue }
        try transaction.edit(
          key, [FieldEdit(value.field, relinked, isCount: value.isCount)], source: value.source)
      }
    }
  }
}
