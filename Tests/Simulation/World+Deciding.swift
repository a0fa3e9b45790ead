import Contract
import Machine

extension World {
  func resolve(_ editor: EditorSite, _ random: SeededRandom) throws -> String { "nothing" }

  func undo(_ editor: EditorSite) throws -> String { "nothing" }
}
