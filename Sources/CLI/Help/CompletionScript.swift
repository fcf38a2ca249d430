/// A shell that can complete our command lines.
public enum Shell: String, Sendable, CaseIterable {
  /// GNU bash, 4 or later.
  case bash
  /// zsh.
  case zsh
  /// fish.
  case fish
}

/// Completion scripts made from a command table.
public enum CompletionScript {
  /// The script for a shell; explanations, where the shell shows them, in a language.
  public static func text(_ table: CommandTable, shell: Shell, language: Language) -> String {
    let tree = CompletionTree(table)
    return switch shell {
    case .bash: BashCompletion(tree).text()
    case .zsh: ZshCompletion(tree, language: language).text()
    case .fish: FishCompletion(tree, language: language).text()
    }
  }
}
