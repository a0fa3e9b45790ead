import CommandTree

/// `trumeau version` and `trumeau --version`.
enum VersionCommand {
  static let command = Command(
    "version", "the version of this program",
    examples: [Example("trumeau version", "its number")],
    work: { _, console in show(console) })

  static func show(_ console: Console) -> ExitCode {
    console.say("trumeau \(Tree.version)")
    console.json(Document("version") { $0.field("version", Tree.version) }.text)
    return .done
  }
}
