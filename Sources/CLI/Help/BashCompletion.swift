/// A completion script for bash 4 or later.
///
/// English words are offered for nothing and for ASCII; Chinese words once a
/// Chinese character is typed.
struct BashCompletion {
  private let tree: CompletionTree

  init(_ tree: CompletionTree) {
    self.tree = tree
  }

  func text() -> String {
    """
    # bash completion for \(tree.program)
    \(tree.function)() {
      local cur=${COMP_WORDS[COMP_CWORD]} opt=${COMP_WORDS[COMP_CWORD-1]} place=/ i
      # bash splits at `=`: "--data", "=", "DIR".
      if [[ $cur == = ]]; then
        cur=
      elif [[ $opt == = ]]; then
        opt=${COMP_WORDS[COMP_CWORD-2]}
      fi
      COMPREPLY=()
      for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == -- ]] && opt=-- && break
        case "$place ${COMP_WORDS[i]}" in
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
    complete -F \(tree.function) \(tree.program)

    """
  }

  private func skips(_ node: CompletionTree.Node) -> [String] {
    let names = node.options.filter(\.takesNextWord).flatMap(\.spellings)
    guard !names.isEmpty else { return [] }
    let pattern = names.map { CompletionTree.quoted("\(node.place) \($0)") }.joined(separator: "|")
    return ["      \(pattern)) [[ ${COMP_WORDS[i+1]} == = ]] && ((i++)); ((i++)) ;;"]
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
    let options = node.options.map { "--" + $0.name }
    let english = node.commands.map(\.name).filter(CompletionTree.isPlain)
    let chinese = node.commands.map(\.chineseName).filter(CompletionTree.isPlain)
    return """
          \(node.place))
            if [[ $cur == -* ]]; then
              \(offer(.words(options)))
            elif [[ -z $cur || $cur == [A-Za-z0-9]* ]]; then
              \(english.isEmpty ? offer(node.operand) : offer(.words(english)))
            else
              \(chinese.isEmpty ? offer(node.operand) : offer(.words(chinese)))
            fi ;;
      """
  }

  private func offer(_ completion: Completion) -> String {
    switch completion {
    case .none: ":"
    case .files: "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"
    case .directories: "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")"
    case .words(let words):
      "mapfile -t COMPREPLY < <(compgen -W "
        + CompletionTree.quoted(words.filter(CompletionTree.isPlain).joined(separator: " "))
        + " -- \"$cur\")"
    }
  }
}
