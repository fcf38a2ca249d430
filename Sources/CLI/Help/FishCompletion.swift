/// A completion script for fish, with explanations.
struct FishCompletion {
  private let tree: CompletionTree
  private let language: Language

  init(_ tree: CompletionTree, language: Language) {
    self.tree = tree
    self.language = language
  }

  func text() -> String {
    """
    # fish completion for \(tree.program)
    function _\(tree.function)_place
      set -l place /
      set -l skip 0
      for word in (commandline -opc)[2..-1]
        if test $skip = 1
          set skip 0
          continue
        end
        test "$word" = --; and break
        switch "$place $word"
    \(tree.nodes.flatMap(skips).joined(separator: "\n"))
    \(tree.nodes.flatMap(steps).joined(separator: "\n"))
        end
      end
      echo $place
    end
    complete -c \(tree.program) -f
    \(tree.nodes.flatMap(candidates).joined(separator: "\n"))

    """
  }

  private func skips(_ node: CompletionTree.Node) -> [String] {
    let names = node.options.filter(\.takesNextWord).flatMap(\.spellings)
    guard !names.isEmpty else { return [] }
    let words = names.map { quoted("\(node.place) \($0)") }.joined(separator: " ")
    return ["      case \(words)", "        set skip 1"]
  }

  private func steps(_ node: CompletionTree.Node) -> [String] {
    node.steps.map {
      "      case \(quoted("\(node.place) \($0.word)"))\n        set place \($0.place)"
    }
  }

  private func candidates(_ node: CompletionTree.Node) -> [String] {
    let here = "complete -c \(tree.program) -n 'test (_\(tree.function)_place) = \(node.place)'"
    let commands = node.commands.flatMap { command in
      [command.name, command.chineseName].map {
        "\(here) -a \(quoted($0)) -d \(quoted(command.summary.text(in: language)))"
      }
    }
    let options = node.options.map { option in
      let short = option.short.map { " -s \($0)" } ?? ""
      let value = option.takesNextWord ? requirement(option) + offer(option.completion) : ""
      let summary = quoted(option.summary.text(in: language))
      return "\(here)\(short) -l \(option.name)\(value) -d \(summary)"
    }
    let operand = offer(node.operand)
    return commands + options + (operand.isEmpty ? [] : [here + operand])
  }

  /// `-x` also keeps fish from mixing commands and file names into the values.
  private func requirement(_ option: OptionSpec) -> String {
    option.completion == .files ? " -r" : " -x"
  }

  private func offer(_ completion: Completion) -> String {
    switch completion {
    case .none: ""
    case .files: " -F"
    case .directories: " -a '(__fish_complete_directories)'"
    case .words(let words):
      " -a \(quoted(words.filter(CompletionTree.isPlain).joined(separator: " ")))"
    }
  }

  /// In fish's single quotes a backslash escapes itself and the quote.
  private func quoted(_ text: String) -> String {
    "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
  }
}
