import Glibc
import Testing

/// Runs a line in sh and answers its output, stderr included, and its exit code.
func shell(_ line: String) throws -> (output: String, code: Int32) {
  let file = try #require(popen("{ \(line)\n} 2>&1", "r"))
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { break }
    bytes += chunk[..<count]
  }
  let status = pclose(file)
  return (String(decoding: bytes, as: UTF8.self), (status >> 8) & 0xFF)
}

/// Whether a program can be run here; says so when it cannot, because a test is left out then.
func isInstalled(_ program: String) throws -> Bool {
  let isThere = try shell("command -v \(program)").code == 0
  if !isThere { print("left out: \(program) is not installed") }
  return isThere
}

/// Gives a file with a text to a body and removes it again.
func withFile(_ text: String, _ body: (String) throws -> Void) throws {
  var template = Array("/tmp/cli-tests-XXXXXX".utf8CString)
  let descriptor = mkstemp(&template)
  try #require(descriptor >= 0)
  let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  defer { unlink(path) }
  let bytes = Array(text.utf8)
  let count = write(descriptor, bytes, bytes.count)
  close(descriptor)
  try #require(count == bytes.count)
  try body(path)
}
