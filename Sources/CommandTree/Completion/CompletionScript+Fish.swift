extension CompletionScript {
  /// For fish: one line an option, command or argument, each with the condition under which it fits.
  var fish: String {
    let name = root.name
    let paths = places.filter { !$0.path.isEmpty }.map { Self.quoted($0.words) }
    let valued =
      places.flatMap { place in
        place.command.options.filter { $0.valueKind != nil }.flatMap(\.spellings)
          .map { Self.quoted("\(place.words) \($0)") }
      }
      + globals.filter { $0.valueKind != nil }.flatMap(\.spellings).map { Self.quoted(" \($0)") }
    var text = """
      # fish completion for \(name). Made by `\(name) completions fish`.

      set -g __\(name)_commands \(paths.joined(separator: " "))
      set -g __\(name)_valued \(valued.joined(separator: " "))

      # Whether the words so far are those of a command, with so many arguments: `N`, or `N+` for at least.
      function __\(name)_at -a wanted number
          set -l path ''
          set -l count 0
          set -l skips 0
          for word in (commandline -opc)[2..]
              if test $skips = 1
                  set skips 0
                  continue
              end
              switch $word
                  case '--*=*'
                  case '-*'
                      if contains -- "$path $word" $__\(name)_valued
                          or contains -- " $word" $__\(name)_valued
                          set skips 1
                      end
                  case '*'
                      set -l next (string trim -- "$path $word")
                      if test $count = 0; and contains -- $next $__\(name)_commands
                          set path $next
                      else
                          set count (math $count + 1)
                      end
              end
          end
          test "$path" = "$wanted"; or return 1
          switch "$number"
              case ''
              case '*+'
                  test $count -ge (string trim -r -c + -- $number)
              case '*'
                  test $count = $number
          end
      end

      complete -c \(name) -f

      """
    for place in places { text += lines(place) }
    return text
  }

  private func lines(_ place: PlacedCommand) -> String {
    let name = root.name
    func condition(_ count: String) -> String {
      "complete -c \(name) -n \(Self.quoted("__\(name)_at \"\(place.words)\" \(count)"))"
    }
    var text = ""
    for command in place.command.subcommands where command.isListed {
      text += "\(condition("0")) -a \(command.name) -d \(fishQuoted(command.summary))\n"
    }
    for (index, positional) in place.command.positionals.enumerated() {
      guard let values = values(positional.valueKind) else { continue }
      text +=
        "\(condition(positional.isRepeatable ? "\(index)+" : "\(index)"))\(values)"
        + " -d \(fishQuoted(positional.name))\n"
    }
    for option in place.command.options + globals {
      text += condition("").replacing(" '\n", with: "'")
      text += option.letter.map { " -s \($0)" } ?? ""
      text += " -l \(option.name)"
      if let kind = option.valueKind {
        // `-x`: the value is none of the files that fish offers where nothing else is said.
        text += "\(kind == .file ? " -r" : " -x")\(values(kind) ?? "")"
      }
      text += " -d \(fishQuoted(option.summary))\n"
    }
    return text
  }

  /// What completes a value; nil for nothing.
  private func values(_ kind: ValueKind) -> String? {
    switch kind {
    case .any: nil
    case .file: " -F"
    case .folder: " -a '(__fish_complete_directories)'"
    case .choice(let words): " -a \(Self.quoted(words.joined(separator: " ")))"
    case .name(let kind):
      " -a '(\(root.name) completions values \(kind) -- (commandline -ct) 2>/dev/null)'"
    }
  }

  private func fishQuoted(_ text: String) -> String {
    "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }
}
