/// A completion script for zsh, with explanations.
struct ZshCompletion {
  private let tree: CompletionTree
  private let language: Language

  init(_ tree: CompletionTree, language: Language) {
    self.tree = tree
    self.language = language
  }

  func text() -> String {
    """
    #compdef \(tree.program)
    \(tree.function)() {
      local cur=${words[CURRENT]} opt=${words[CURRENT-1]} place=/ i
      local -a found
      if [[ $cur == --*=* ]]; then
        opt=${cur%%=*}
        compset -P '*='
      fi
      for ((i = 2; i < CURRENT; i++)); do
        [[ ${words[i]} == -- ]] && opt=-- && break
        case "$place ${words[i]}" in
    \(tree.nodes.flatMap(skips).joined(separator: "\n"))
    \(tree.nodes.flatMap(steps).joined(separator: "\n"))
        esac
      done
      case "$place $opt" in
    \(tree.nodes.flatMap(values).joined(separator: "\n"))
      esac
      case "$place" in
    \(tree.nodes.map(candidates).joined(separator: "\n"))
      esac
    }
    if [[ $funcstack[1] == \(tree.function) ]]; then
      \(tree.function) "$@"
    else
      compdef \(tree.function) \(tree.program)
    fi

    """
  }

  private func skips(_ node: CompletionTree.Node) -> [String] {
    let names = node.options.filter(\.takesNextWord).flatMap(\.spellings)
    guard !names.isEmpty else { return [] }
    let pattern = names.map { CompletionTree.quoted("\(node.place) \($0)") }.joined(separator: "|")
    return ["      \(pattern)) ((i++)) ;;"]
  }

  private func steps(_ node: CompletionTree.Node) -> [String] {
    node.steps.map {
      "      \(CompletionTree.quoted("\(node.place) \($0.word)"))) place=\($0.place) ;;"
    }
  }

  private func values(_ node: CompletionTree.Node) -> [String] {
    node.options.filter(\.takesNextWord).map { option in
      let pattern = option.spellings.map { CompletionTree.quoted("\(node.place) \($0)") }
      return "    \(pattern.joined(separator: "|"))) \(offer(option.completion)); return ;;"
    }
  }

  private func candidates(_ node: CompletionTree.Node) -> String {
    let options = node.options.map { described("--" + $0.name, $0.summary) }
    let commands = node.commands.flatMap { command in
      [described(command.name, command.summary), described(command.chineseName, command.summary)]
    }
    let words =
      commands.isEmpty
      ? offer(node.operand)
      : "found=(\(commands.joined(separator: " "))); _describe '' found"
    return """
          \(node.place))
            if [[ $cur == -* ]]; then
              found=(\(options.joined(separator: " "))); _describe -o '' found
            else
              \(words)
            fi ;;
      """
  }

  /// `_describe` splits at the first colon that has no backslash.
  private func described(_ word: String, _ summary: Sentence) -> String {
    let name = word.map { $0 == ":" ? "\\:" : String($0) }.joined()
    return CompletionTree.quoted("\(name):\(summary.text(in: language))")
  }

  private func offer(_ completion: Completion) -> String {
    switch completion {
    case .none: ":"
    case .files: "_files"
    case .directories: "_files -/"
    case .words(let words): "compadd -- \(words.map(CompletionTree.quoted).joined(separator: " "))"
    }
  }
}
