import Foundation

/// Does on its disk what the words say, one call each: a program to prove the
/// shim on.
///
///   create F · write F OFFSET TEXT · sync F · truncate F SIZE · rename A B ·
///   unlink F · mkdir D · syncdir D · time · fill F COUNT
enum Victim {
  static func run(_ words: [String]) -> Int32 {
    var rest = words[...]
    var files: [String: Int32] = [:]
    func descriptor(_ path: String) -> Int32 {
      if let known = files[path] { return known }
      let opened = open(path, O_RDWR | O_CREAT, 0o600)
      files[path] = opened
      return opened
    }
    while let word = rest.popFirst() {
      let path = rest.popFirst() ?? ""
      let answer: Int
      switch word {
      case "create": answer = Int(descriptor(path))
      case "write":
        let offset = Int(rest.popFirst() ?? "") ?? 0
        let text = Array((rest.popFirst() ?? "").utf8)
        answer = pwrite(descriptor(path), text, text.count, off_t(offset))
      case "sync": answer = Int(fdatasync(descriptor(path)))
      case "truncate":
        answer = Int(ftruncate(descriptor(path), off_t(Int(rest.popFirst() ?? "") ?? 0)))
      case "rename": answer = Int(rename(path, rest.popFirst() ?? ""))
      case "unlink": answer = Int(unlink(path))
      case "mkdir": answer = Int(mkdir(path, 0o700))
      case "syncdir":
        let folder = open(path, O_RDONLY | O_DIRECTORY)
        answer = Int(fsync(folder))
        close(folder)
      case "year":
        print(Calendar(identifier: .gregorian).component(.year, from: Date()))
        answer = 0
      default: return 2
      }
      if answer < 0 { print("\(word) \(errno)") }
    }
    return 0
  }
}
