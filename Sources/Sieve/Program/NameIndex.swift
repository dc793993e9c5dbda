/// Names, each with its number in the order of adding.
///
/// Few names are searched one by one, as in most scripts: the first use of a dictionary alone costs a process more
/// than compiling such a script does. Many go into a dictionary.
struct NameIndex: Sendable {
    private var few: [String] = []
    private var many: [String: Int]?
    private(set) var count = 0

    private static let limit = 32

    /// All names in the order of adding.
    var names: [String] {
        guard let many else { return few }
        return many.sorted { $0.value < $1.value }.map(\.key)
    }

    func number(of name: String) -> Int? {
        if let many { return many[name] }
        return few.firstIndex(of: name)
    }

    /// Adds a name that is not there yet.
    mutating func add(_ name: String) {
        if many == nil, count == Self.limit {
            many = [:]
            for (number, name) in few.enumerated() { many?[name] = number }
            few = []
        }
        if many == nil { few.append(name) } else { many?[name] = count }
        count += 1
    }
}
