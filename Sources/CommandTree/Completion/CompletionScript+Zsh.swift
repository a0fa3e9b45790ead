extension CompletionScript {
  /// For zsh: one function a command, each by `_arguments`.
  var zsh: String {
    var text = """
      #compdef \(root.name)
      # zsh completion for \(root.name). Made by `\(root.name) completions zsh`.

      # The last word says what; those before it are what _arguments wants compadd to be told.
      _\(root.name)_names() {
        local -a found
        found=(${(f)"$(_call_program names \(root.name) completions values ${@[-1]} -- ${(q)PREFIX} 2>/dev/null)"})
        compadd "${@[1,-2]}" -a found
      }

      """
    for place in places { text += function(place) }
    return text + """

      if [[ $funcstack[1] == _\(root.name) ]]; then
        _\(root.name)_at "$@"
      else
        compdef _\(root.name)_at \(root.name)
      fi

      """
  }

  private func name(_ place: PlacedCommand) -> String {
    (["_\(root.name)_at"] + place.path).joined(separator: "_")
  }

  private func function(_ place: PlacedCommand) -> String {
    let options = (place.command.options + globals).map(option)
    let subcommands = place.command.subcommands.filter(\.isListed)
    var text = "\n\(name(place))() {\n"
    if subcommands.isEmpty {
      let arguments = place.command.positionals.enumerated().map { index, positional in
        argument(positional, place: index + 1)
      }
      return text + "  _arguments -s -S" + lines(options + arguments) + "\n}\n"
    }
    text += "  local curcontext=\"$curcontext\" state line ret=1\n  typeset -A opt_args\n"
    text += "  _arguments -s -S -C" + lines(options + ["'1: :->first'", "'*:: :->rest'"])
    text += " && ret=0\n  case $state in\n  first)\n    local -a commands=(\n"
    for command in subcommands {
      text +=
        "      \(Self.quoted("\(command.name):\(command.summary.replacing(":", with: "\\:"))"))\n"
    }
    text += "    )\n    _describe -t commands command commands && ret=0\n"
    if let positional = place.command.positionals.first {
      text += "    \(action(positional.valueKind, positional.name)) && ret=0\n"
    }
    text += "    ;;\n  rest)\n    case $line[1] in\n"
    for command in subcommands {
      let inner = PlacedCommand(command: command, path: place.path + [command.name])
      text += "    \(command.name)) \(name(inner)) && ret=0 ;;\n"
    }
    return text + "    esac ;;\n  esac\n  return ret\n}\n"
  }

  private func lines(_ words: [String]) -> String { words.map { " \\\n    \($0)" }.joined() }

  /// `'(-C --project)'{-C+,--project=}'[the folder]:DIR:_files -/'`
  private func option(_ option: Option) -> String {
    let hasValue = option.valueKind != nil
    let forms = option.spellings.map { spelling in
      spelling + (!hasValue ? "" : spelling.hasPrefix("--") ? "=" : "+")
    }
    var tail = "[\(Self.escaped(option.summary))]"
    if let kind = option.valueKind {
      tail += ":\(Self.plain(option.placeholder ?? "")):\(action(kind))"
    }
    let head =
      option.isRepeatable ? "'*'" : Self.quoted("(\(option.spellings.joined(separator: " ")))")
    let names = forms.count == 1 ? forms[0] : "{\(forms.joined(separator: ","))}"
    return head + names + Self.quoted(tail)
  }

  private func argument(_ positional: Positional, place: Int) -> String {
    let number = positional.isRepeatable ? "*" : "\(place)"
    let optional = positional.isRequired || positional.isRepeatable ? "" : ":"
    return Self.quoted(
      "\(number):\(optional)\(Self.plain(positional.name)):\(action(positional.valueKind))")
  }

  /// What completes a value, inside a specification of `_arguments`.
  private func action(_ kind: ValueKind) -> String {
    switch kind {
    case .any: " "
    case .file: "_files"
    case .folder: "_path_files -/"
    case .choice(let words): "(\(words.joined(separator: " ")))"
    case .name(let name): "_\(root.name)_names \(name)"
    }
  }

  /// The same as a command of its own.
  private func action(_ kind: ValueKind, _ placeholder: String) -> String {
    switch kind {
    case .choice(let words): "compadd -- \(words.joined(separator: " "))"
    case .any: "_message \(Self.quoted(placeholder))"
    default: action(kind)
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("[", with: "\\[").replacing("]", with: "\\]")
      .replacing(":", with: "\\:")
  }

  private static func plain(_ text: String) -> String {
    text.filter { $0 != ":" && $0 != "[" && $0 != "]" }
  }
}
