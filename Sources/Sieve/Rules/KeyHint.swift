/// What every value that a key matches has, letters of either ASCII case being the same.
enum KeyHint: Sendable {
    /// The value is this,
    case whole([UInt8])
    /// or has this somewhere in it.
    case part([UInt8])
}
