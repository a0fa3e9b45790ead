import Contract
import LocalMirror
import Machine
import Merge
import SQL
import Support
import Sync

/// What an editor has beside the mirror: files, a spreadsheet, a copy of the folder, settings.
struct EditorExtras {
  /// The folder of files, and what the person has typed there.
  var desk: EditorFolder
  /// Fields that the settings give to the shop, as `product.vendor`.
  var ownedByShop: Set<String> = []
  /// The folder as it was at some moment.
  var backup: FolderCopy?
  /// Stock of which movements may have been sent by another copy of the folder; nobody can add them
  /// up from one editor's side.
  var uncountable: Set<RecordKey> = []
  /// Records that this folder has ever held as the server has them, and how many writes the server had
  /// seen when they were noticed first.
  var held: [RecordKey: Int] = [:]
  /// Bases, values of ours and of the shop of which no two changed one word, as they were read.
  var undoubled: Set<[String?]> = []
  /// Which file the mirror is: where it was made, and how often another was put in its place.
  var file: (editor: Int, number: Int)
  /// How many mirrors were put aside.
  var oldFiles = 0
  /// Editors whose folder this one is a copy of, or the other way round, and itself: what one of them
  /// sends is what all of them had to send.
  var kin: Set<Int>

  init(_ number: Int, _ random: any RandomSource) {
    desk = EditorFolder(random)
    file = (number, 0)
    kin = [number]
  }
}

extension EditorSite {
  /// How edits are merged by the editor's settings.
  var rules: SettlementRules {
    let owned = extras.ownedByShop
    guard !owned.isEmpty else { return SettlementRules() }
    return SettlementRules(policy: { type, field in
      owned.contains("\(type.rawValue).\(field)")
        ? .readOnly : FieldPolicy.of(type: type, field: field)
    })
  }

  /// Notes which records of the server the folder holds.
  func learn(place: Int) throws {
    let rows = try look().prepare("SELECT type, id FROM record WHERE server_hash <> ''")
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)) else { continue }
      let key = RecordKey(type, rows.text(1))
      if extras.held[key] == nil { extras.held[key] = place }
    }
  }

  /// Whether a write is this editor's, or that of one who works with a copy of the same folder.
  func isKin(_ actor: ServerModel.Actor) -> Bool {
    if case .editor(let number) = actor { extras.kin.contains(number) } else { false }
  }

  /// Whether anything of a record is edited, sent or asked about here.
  func isBusy(_ key: RecordKey) throws -> Bool {
    try look().integer(
      """
      SELECT EXISTS(SELECT 1 FROM local WHERE type = ?1 AND id = ?2)
        OR EXISTS(SELECT 1 FROM local_record WHERE type = ?1 AND id = ?2)
        OR EXISTS(SELECT 1 FROM conflict WHERE type = ?1 AND record_id = ?2 AND decided_at IS NULL)
        OR EXISTS(SELECT 1 FROM outbox WHERE type = ?1 AND id = ?2
          AND state IN ('waiting', 'sending', 'unknown'))
      """, key.type.rawValue, key.id) == 1
  }

  /// Whether an edit waits here to be sent.
  func isWaiting(_ edit: AcceptedEdit) throws -> Bool {
    let key = try current(edit.key)
    guard !edit.field.isEmpty else { return try isEdited(key, "") }
    let rows = try look().prepare(
      "SELECT value FROM local WHERE type = ? AND id = ? AND field = ?")
    try rows.bind([key.type.rawValue, key.id, edit.field])
    guard try rows.step() else { return false }
    let value = try rows.optionalText(0).map { try FieldValue(json: $0) } ?? .null
    return try value == edit.value || value == resolved(edit.value)
  }

  /// Whether a field is edited here now.
  func isEdited(_ key: RecordKey, _ field: String) throws -> Bool {
    try look().integer(
      """
      SELECT EXISTS(SELECT 1 FROM local WHERE type = ?1 AND id = ?2 AND field = ?3)
        OR (?3 = '' AND EXISTS(SELECT 1 FROM local_record WHERE type = ?1 AND id = ?2))
      """, key.type.rawValue, key.id, field) == 1
  }
}

extension World {
  /// Takes over what the program says that it has taken in from a file or spreadsheet.
  func accept(_ entries: [EditLogEntry], _ editor: EditorSite) throws {
    let place = server.history.count
    for entry in entries {
      let key = try editor.current(entry.key)
      switch entry.origin {
      case .withdrawal:
        for index in editor.accepted.indices where editor.accepted[index].field == entry.field {
          if try editor.current(editor.accepted[index].key) == key {
            editor.accepted[index].isOver = true
          }
        }
      case .decision: try editor.adoptLogged(place: place)
      default:
        let start = try editor.start(of: entry.field, key)
        try editor.accept([entry], starts: [entry.field: start], place: place)
        // Who writes what the edit began from takes the edit back.
        if try !editor.isEdited(key, entry.field) {
          editor.accepted[editor.accepted.count - 1].isOver = true
        }
      }
    }
  }
}
