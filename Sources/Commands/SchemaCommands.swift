import CommandTree
import Settings

/// `trumeau schema` and `trumeau config`: what can be set, and what is set.
enum SchemaCommands {
  static let schema = Command(
    "schema", "what a settings file may hold, as a JSON Schema for editors that complete and check",
    examples: [Example("trumeau schema config > trumeau.schema.json", "for trumeau.yaml")],
    positionals: [
      Positional(
        "FILE", "which file: " + SettingsFile.allCases.map(\.rawValue).joined(separator: ", "),
        choices: SettingsFile.allCases.map(\.rawValue))
    ],
    work: { invocation, console in
      guard let file = SettingsFile(rawValue: invocation.arguments[0]) else {
        throw UsageError(
          "there is no schema \"\(invocation.arguments[0])\"",
          help: "there are \(SettingsFile.allCases.map(\.rawValue).joined(separator: ", "))",
          path: invocation.path)
      }
      console.data(file.jsonSchema + "\n")
      return .done
    })

  static let config = Command(
    "config", "the settings of this project",
    subcommands: [
      Command(
        "show", "every setting with its value",
        examples: [
          Example("trumeau config show", "what is set"),
          Example("trumeau config show --origin", "and which file or default it came from"),
        ],
        options: [.flag("origin", "where each value came from")],
        work: { invocation, console in
          let project = try OpenProject(invocation, console)
          let width = project.settings.values.map(\.path.count).max() ?? 0
          for value in project.settings.values {
            let origin = invocation.flag("origin") ? "   \(console.faint(value.origin.words))" : ""
            console.say("\(value.path.padding(to: width))  \(value.shown)\(origin)")
          }
          console.json(
            Document("config show") { document in
              document.field("root", project.root)
              document.list("settings", project.settings.values) { document, value in
                document.field("path", value.path)
                document.field("value", value.shown)
                document.field("origin", value.origin.words)
              }
            }.text)
          return .done
        })
    ])
}
