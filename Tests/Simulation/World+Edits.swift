import Contract
import LocalMirror
import SQL

extension World {
  /// I2: every accepted edit is on the server, decided about, waiting here, or taken back.
  func checkEdits(_ editor: EditorSite) throws {
    let evidence = try Evidence(editor.look())
    for edit in editor.accepted where !edit.isOver {
      checked("I2")
      if try !isAccountedFor(edit, editor, evidence) {
        violate(
          "I2", of: edit.key, by: editor,
          "editor \(editor.number): \(edit.key) \(edit.field)=\(edit.value.json) is lost")
      }
    }
  }

  private func isAccountedFor(
    _ edit: AcceptedEdit, _ editor: EditorSite, _ evidence: Evidence
  ) throws -> Bool {
    let keys = Set([edit.key, try editor.current(edit.key)])
    // A reference of one's own is not the id of a record, though it may have been one.
    let resolved = edit.field == "external_ref" ? edit.value : try editor.resolved(edit.value)
    for key in keys {
      let place = Evidence.Place(key: key, field: edit.field)
      // (c) It waits here; the inbox and the outbox are about what waits.
      if edit.field.isEmpty {
        if evidence.operations[key] == edit.value.text { return true }
      } else if let local = evidence.local[place], local == edit.value || local == resolved {
        return true
      }
      for value in [edit.value, resolved] {
        // (b) A decision of later names it.
        if evidence.isDecided(value, at: place, after: edit.marks.decision) { return true }
        // (d) It was taken back later.
        if evidence.isTakenBack(value, at: place, after: edit.marks.log) { return true }
      }
      if try isDeleted(edit, key, editor, evidence) { return true }
    }
    return try isForgotten(edit, editor) || isOnServer(edit, resolved, keys, editor, evidence)
  }

  /// Whether the edit was about a person who is forgotten: the log keeps a digest in place of the value. A
  /// backup of the shop may have brought the record back since.
  private func isForgotten(_ edit: AcceptedEdit, _ editor: EditorSite) throws -> Bool {
    guard edit.key.type.isPersonal,
      server.history(of: edit.key).contains(where: { $0.operation == .delete })
    else { return false }
    return try editor.look().text(
      "SELECT coalesce(\"to\", \"from\") FROM edit_log WHERE n = ?", edit.marks.log)?
      .hasPrefix("{\"purged\"") ?? false
  }

  /// Whether the record has been deleted since: as the editor wished, here and in the shop.
  private func isDeleted(
    _ edit: AcceptedEdit, _ key: RecordKey, _ editor: EditorSite, _ evidence: Evidence
  ) throws -> Bool {
    let isWish = edit.field.isEmpty && edit.value == .text("delete")
    let later = editor.accepted.filter {
      $0.marks.log > edit.marks.log && $0.field.isEmpty && $0.key.type == key.type
        && $0.value == .text("delete")
    }
    let ids = later.isEmpty ? [] : try editor.identities(of: key)
    let wishes = later.count { ids.contains($0.key.id) }
    // The last one counts only where it is not still to be sent.
    let pending = evidence.operations[key] == "delete" ? 1 : 0
    guard wishes + (isWish ? 1 : 0) > pending else { return false }
    return evidence.isDeletion(of: key, after: edit.marks.decision)
      || server.history(of: key).contains {
        $0.place > edit.place && $0.operation == .delete && editor.isKin($0.actor)
      }
  }

  /// (a) Checked against the server's own history, not the client's word: a write of this editor, or of
  /// one who works with a copy of the same folder, left the value there after the edit.
  private func isOnServer(
    _ edit: AcceptedEdit, _ resolved: FieldValue, _ keys: Set<RecordKey>, _ editor: EditorSite,
    _ evidence: Evidence
  ) throws -> Bool {
    for key in keys {
      let history = server.history(of: key)
      for write in history where write.place > edit.place && editor.isKin(write.actor) {
        if edit.field.isEmpty {
          if edit.value == .text("create"), write.operation == .create { return true }
          continue
        }
        if let after = write.after[edit.field], after == edit.value || after == resolved {
          return true
        }
        if let moved = write.mutation?.adjustments[edit.field], isMovement(moved, of: edit, editor)
        {
          return true
        }
      }
      // What a copy of the folder has made stood there already when this one was put back.
      if edit.field.isEmpty, edit.value == .text("create"),
        let last = history.last(where: { $0.place <= edit.place }), last.operation != .delete,
        history.contains(where: { $0.operation == .create && editor.isKin($0.actor) })
      {
        return true
      }
      guard !edit.field.isEmpty else { continue }
      // Who goes back to what a request on its way has brought meanwhile finds it there already: as
      // it was typed, or merged with what the shop had.
      let last = history.last { $0.place <= edit.place && $0.after[edit.field] != nil }
      if let last, editor.isKin(last.actor), let after = last.after[edit.field],
        after == resolved
          || evidence.isMerged(
            edit.value, into: after, at: Evidence.Place(key: key, field: edit.field))
      {
        return true
      }
      // Somebody else wrote the same, or a backup brought it back: ours changed nothing then, and the
      // server has said that it has it.
      var arrived: Set<String> = []
      let isSent = editor.line.arrivals.contains {
        // A repetition gets the answer of the first.
        arrived.insert($0.request.mutation.id).inserted && $0.place >= edit.place
          && $0.request.mutation.record == key
          && $0.request.mutation.fields[edit.field] == resolved
          && $0.outcome.isDone(edit.field, resolved)
      }
      if isSent { return true }
    }
    return false
  }
}

/// Whether one value says what another says, as far as a rule may take them for the same.
enum Likeness {
  /// Equal, or texts that differ in their Unicode form only, or lists in their order only.
  static func isSame(_ one: FieldValue, _ other: FieldValue) -> Bool {
    if one == other { return true }
    // Texts are compared by canonical equivalence.
    if let one = one.text, let other = other.text { return one == other }
    if let one = one.list, let other = other.list { return Set(one) == Set(other) }
    if let one = one["markdown"]?.text, let other = other["markdown"]?.text {
      return words(one) == words(other)
    }
    return false
  }

  /// Whether nothing of ours is lost where the shop's value stands: it is the same, or ours changed
  /// nothing, or all that ours added to a text or set is in it.
  static func holds(_ theirs: FieldValue, all ours: FieldValue, from base: FieldValue) -> Bool {
    if isSame(ours, theirs) || ours == base { return true }
    let isMergeable = theirs.list != nil || theirs["markdown"] != nil
    return isMergeable && lost(from: ours, base: base, in: theirs) == nil
  }

  /// Whether a plain text of theirs has all words that ours added to the base, and none that ours took
  /// out of it.
  static func holdsWords(
    _ theirs: FieldValue, all ours: FieldValue, from base: FieldValue
  ) -> Bool {
    guard let theirs = theirs.text, let ours = ours.text, let base = base.text else { return false }
    let (after, mine, before) = (Set(words(theirs)), Set(words(ours)), Set(words(base)))
    return mine.subtracting(before).isSubset(of: after)
      && before.subtracting(mine).isDisjoint(with: after)
  }

  /// A word or element that ours added to the base and the result lacks.
  static func lost(from ours: FieldValue, base: FieldValue, in result: FieldValue) -> String? {
    func parts(_ value: FieldValue) -> Set<String>? {
      if let list = value.list { return Set(list.map(\.json)) }
      if let text = value["markdown"]?.text { return Set(words(text)) }
      return value.isNull ? [] : nil
    }
    guard let mine = parts(ours), let before = parts(base), let after = parts(result) else {
      return nil
    }
    return mine.subtracting(before).subtracting(after).min()
  }

  static func words(_ text: String) -> [String] {
    text.split { $0 == " " || $0 == "\n" }.map(String.init)
  }
}

extension World {
  /// Whether an edit of a counter is a movement by so much: from what it began from, or, where it was
  /// made while something was sent, from what this editor had typed or set before.
  func isMovement(_ moved: Int64, of edit: AcceptedEdit, _ editor: EditorSite) -> Bool {
    guard let value = edit.value.integer else { return false }
    if edit.start.integer.map({ value - $0 == moved }) ?? false { return true }
    let isFromEarlier = editor.accepted.contains { earlier in
      earlier.key == edit.key && earlier.field == edit.field
        && earlier.marks.log < edit.marks.log
        && (earlier.value.integer.map { value - $0 == moved } ?? false)
    }
    if isFromEarlier { return true }
    return server.history(of: edit.key).contains { write in
      guard editor.isKin(write.actor), write.operation == .update else { return false }
      return write.after[edit.field]?.integer.map { value - $0 == moved } ?? false
    }
  }
}

extension WriteOutcome {
  /// Whether the server says that it was done, or that it has this field as it was sent although
  /// somebody else has written others since.
  func isDone(_ field: String, _ value: FieldValue) -> Bool {
    switch self {
    case .done: true
    case .overwritten(let record):
      RecordFields.value(field, attributes: record.attributes, links: record.links) == value
    default: false
    }
  }
}
