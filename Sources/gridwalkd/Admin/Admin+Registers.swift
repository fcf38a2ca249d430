import CLI
import CentralCore
import Domain
import FormEngine
import Glibc
import SyncProtocol

extension Admin {
  // Workers.

  func addWorker() throws {
    let worker = Worker(id: try operand(0), name: try operand(1))
    let grids = arguments.values("grid")
    let centre = try centre()
    for grid in grids where try centre.store.read({ try $0.division(grid)?.level }) != "grid" {
      throw Failure(.gridUnknown(grid), code: .notFound)
    }
    try centre.store.write { try $0.put(worker, grids: grids) }
    if grids.isEmpty { streams.tell(.workerWithoutGrids(worker.id)) }
    try say(
      .workerSaved(worker.name, grids: grids.count),
      json: ["worker": .text(worker.id), "grids": .array(grids.map(FieldValue.text))])
  }

  func listWorkers() throws {
    let rows = try centre().store.read { store in
      try store.workers().map { ($0, try store.grids(ofWorker: $0.id)) }
    }
    try list(
      [.columnWorker, .columnName, .columnGrids],
      rows.map { worker, grids in
        Entry(
          shown: [worker.id, worker.name, grids.joined(separator: " ")],
          json: [
            "worker": .text(worker.id), "name": .text(worker.name),
            "grids": .array(grids.map(FieldValue.text)),
          ])
      })
  }

  /// Gives a worker grids and takes others from her; her devices learn of it
  /// with their next sync.
  func changeGrids() throws {
    let id = try operand(0)
    let (added, removed) = (arguments.values("add"), arguments.values("remove"))
    let centre = try centre()
    let changed = try centre.store.write { store -> (worker: Worker, grids: [String])? in
      guard let worker = try store.worker(id) else { return nil }
      for grid in added where try store.division(grid)?.level != "grid" {
        throw Failure(.gridUnknown(grid), code: .notFound)
      }
      let held = try store.grids(ofWorker: id)
      for grid in removed where !held.contains(grid) {
        throw Failure(.gridNotHers(grid, worker: id), code: .notFound)
      }
      let grids = Set(held).subtracting(removed).union(added).sorted()
      try store.put(worker, grids: grids)
      return (worker, grids)
    }
    guard let (worker, grids) = changed else {
      throw Failure(.workerUnknown(id), code: .notFound)
    }
    if grids.isEmpty { streams.tell(.workerWithoutGrids(id)) }
    try say(
      .workerGridsNow(worker.name, grids),
      json: ["worker": .text(id), "grids": .array(grids.map(FieldValue.text))])
  }

  // Grids.

  func importGrids() throws {
    let path = try operand(0)
    let bytes = try Files.read(path, limit: GridImport.maximumBytes)
    let centre = try centre()
    let known = Dictionary(
      try centre.store.read { try $0.divisions() }.map {
        ($0.id, GridLevel(rawValue: $0.level))
      }, uniquingKeysWith: { first, _ in first })
    let read: GridImport
    do { read = try GridImport(geoJSON: bytes, knownParents: known) } catch {
      throw Failure(GridWords.sentence(for: error), code: .invalid)
    }
    guard read.faults.isEmpty else {
      throw Failure(
        read.faults.map(GridWords.sentence) + [.geoJSONRefused(path, faults: read.faults.count)],
        code: .invalid)
    }
    try centre.store.write { store in
      for grid in read.grids { try store.put(Division(grid)) }
    }
    try say(.gridsImported(read.grids.count), json: ["imported": .integer(Int64(read.grids.count))])
  }

  func listGrids() throws {
    try list(
      [.columnID, .columnLevel, .columnName, .columnParent],
      try centre().store.read { try $0.divisions() }.map { division in
        Entry(
          shown: [division.id, division.level, division.name, division.parent ?? ""],
          json: [
            "id": .text(division.id), "level": .text(division.level),
            "name": .text(division.name), "parent": division.parent.map { .text($0) } ?? .null,
          ])
      })
  }

  // Forms.

  func importForms(paths: [String]) throws {
    try putInForce(try paths.map(AuthoredForm.read), in: try centre())
  }

  func putInForce(_ forms: [SyncProtocol.FormSource], in centre: Centre) throws {
    try centre.store.write { store in
      for form in forms where try store.form(form.id) != form {
        try store.put(form, version: try store.nextVersion())
      }
    }
    let ids = forms.map(\.id)
    if arguments.command == ["form", "import"] {
      try say(.formsImported(ids), json: ["forms": .array(ids.map(FieldValue.text))])
    }
  }

  func listForms() throws {
    try list(
      [.columnForm, .columnVersion],
      try centre().store.read { try $0.forms() }.map { form in
        Entry(
          shown: [form.id, form.version],
          json: ["form": .text(form.id), "version": .text(form.version)])
      })
  }

  // Accounts.

  func setAccount() throws {
    let name = try operand(0)
    let role = arguments.value("role") ?? "operator"
    guard role == "operator" || role == "administrator" else {
      throw Failure(.roleUnknown, code: .usage)
    }
    let typed = try Files.readAll(STDIN_FILENO, "-", limit: Password.byteLimit + 2)
    let line = typed.prefix { $0 != 0x0a && $0 != 0x0d }
    let password = String(decoding: line, as: UTF8.self)
    guard password.count >= Password.shortest else {
      throw Failure(.passwordTooShort(name), code: .invalid)
    }
    guard try centre().signIn.setPassword(password, of: name, role: role) else {
      throw Failure(.yescryptMissing, code: .failure)
    }
    try say(.accountSaved(name), json: ["account": .text(name), "role": .text(role)])
  }
}

extension Division {
  /// A grid as a file brought it.
  init(_ grid: GridFeature) {
    self.init(
      id: grid.id, name: grid.name, level: grid.level.rawValue, parent: grid.parent,
      kind: grid.kind, boundary: GeoJSONWriter.geometry(grid.boundary))
  }
}
