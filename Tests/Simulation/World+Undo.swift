import Contract
import LocalMirror
import Sync

extension World {
  /// An editor takes the last push back: the values before become edits again.
  func undo(_ editor: EditorSite) throws -> String {
    let undo = Undo(mirror: try editor.mirror(), random: editor.random)
    guard let last = try undo.lastPush() else { return "nothing was sent" }
    let place = server.history.count
    try editor.knowLog()
    let keys = try undo.apply(last.number)
    for key in keys { editor.touchAll(key) }
    try editor.touchMade()
    try editor.adoptLogged(place: place)
    return "push \(last.number): \(keys.count) records"
  }
}
