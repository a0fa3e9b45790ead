import Contract
import LocalMirror
import Sync

extension World {
  /// An editor takes the last push back: the values before become edits again.
  func undo(_ editor: EditorSite) throws -> String {
    let undo = Undo(mirror: try editor.mirror(), random: editor.random)
    guard let last = try undo.lastPush() else { return "nothing was sent" }
    let keys = try undo.apply(last.number)
    return "push \(last.number): \(keys.count) records"
  }
}
