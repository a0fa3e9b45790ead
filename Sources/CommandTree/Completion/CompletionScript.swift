/// Scripts by which shells complete command lines, read off the tree.
///
/// Options, commands and words to choose from stand in the script itself; names that only a project
/// knows are asked of the program, which answers from the settings and the mirror.
public struct CompletionScript: Sendable {
  /// A shell that a script can be made for.
  public enum Shell: String, Sendable, CaseIterable {
    case bash
    case zsh
    case fish
  }

  let root: Command
  let globals: [Option]
  let places: [PlacedCommand]

  /// Prepares scripts for a tree whose options `globals` may stand with every command.
  public init(root: Command, globals: [Option]) {
    self.root = root
    self.globals = globals + [.flag("help", letter: "h", "help for a command")]
    places = PlacedCommand.all(below: root)
  }

  /// The script for a shell.
  public func text(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  /// A text in single quotes, as all three shells read it.
  static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }

  /// Placed in a script for what a value is.
  static func code(_ kind: ValueKind) -> String {
    switch kind {
    case .any: "any"
    case .file: "file"
    case .folder: "folder"
    case .choice(let words): "choice:\(words.joined(separator: " "))"
    case .name(let name): "name:\(name)"
    }
  }

  // MARK: bash

  private var bash: String {
    var text = """
      # bash completion for \(root.name). Made by `\(root.name) completions bash`.

      # What may follow the words of a command.
      _\(root.name)_at() {
        commands= options= repeats= arguments=()
        case $1 in

      """
    for place in places {
      let names = place.command.subcommands.filter(\.isListed).map(\.name)
      let options = (place.command.options + globals).flatMap(\.spellings)
      let arguments = place.command.positionals.map { Self.quoted(Self.code($0.valueKind)) }
      let repeats = place.command.positionals.last?.isRepeatable == true ? "1" : ""
      text += "  \(Self.quoted(place.words)))\n"
      text += "    commands=\(Self.quoted(names.joined(separator: " ")))\n"
      text += "    options=\(Self.quoted(options.joined(separator: " ")))\n"
      text += "    repeats=\(repeats) arguments=(\(arguments.joined(separator: " "))) ;;\n"
    }
    text += """
        esac
      }

      # What the value of an option is; nothing for a flag.
      _\(root.name)_value() {
        case "$1 $2" in

      """
    for place in places {
      for option in place.command.options {
        guard let kind = option.valueKind else { continue }
        let patterns = option.spellings.map { Self.quoted("\(place.words) \($0)") }
        text += "  \(patterns.joined(separator: "|"))) kind=\(Self.quoted(Self.code(kind))) ;;\n"
      }
    }
    for option in globals {
      guard let kind = option.valueKind else { continue }
      let patterns = option.spellings.map { "*\(Self.quoted(" \($0)"))" }
      text += "  \(patterns.joined(separator: "|"))) kind=\(Self.quoted(Self.code(kind))) ;;\n"
    }
    return text + Self.bashEnd.replacing("PROGRAM", with: root.name)
  }

  private static let bashEnd = """
      esac
    }

    _PROGRAM_complete() {
      case $1 in
      file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
      folder) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
      choice:*) mapfile -t COMPREPLY < <(compgen -W "${1#choice:}" -- "$cur") ;;
      name:*)
        mapfile -t COMPREPLY < <("${COMP_WORDS[0]}" completions values "${1#name:}" -- "$cur" 2>/dev/null) ;;
      esac
    }

    _PROGRAM() {
      local cur=${COMP_WORDS[COMP_CWORD]} path= pending= ended= count=0 i word kind
      local commands options repeats
      local -a arguments
      COMPREPLY=()
      _PROGRAM_at ''
      for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ -n $pending ]]; then
          # `--name=value` comes as three words.
          [[ $word == '=' ]] || pending=
        elif [[ -z $ended && $word == -- ]]; then
          ended=1
        elif [[ -z $ended && $word == -?* ]]; then
          kind=
          _PROGRAM_value "$path" "$word"
          pending=$kind
        elif [[ $count == 0 && " $commands " == *" $word "* ]]; then
          path=${path:+$path }$word
          _PROGRAM_at "$path"
        else
          ((count += 1))
        fi
      done
      if [[ -n $pending ]]; then
        [[ $cur == '=' ]] && cur=
        _PROGRAM_complete "$pending"
      elif [[ -z $ended && $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
      else
        if ((count >= ${#arguments[@]})) && [[ -n $repeats ]]; then count=$((${#arguments[@]} - 1)); fi
        ((count < ${#arguments[@]})) && _PROGRAM_complete "${arguments[count]}"
        if ((count == 0)) && [[ -n $commands ]]; then
          mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$commands" -- "$cur")
        fi
      fi
    }

    complete -F _PROGRAM PROGRAM

    """
}
