//! What can be wrong with a vector file or a case in it.

mimicred_error::codes! {
    crate "vectors";
    /// The text is not a vector file.
    FileMalformed = "file-malformed", Malformed, "test-vectors/schema.json",
        "this is not a file of vectors", "mimicred schema vectors prints what it must be like";
    /// A file of a form that is not ours.
    FormUnsupported = "form-unsupported", Unsupported, "test-vectors/schema.json",
        "this form of vectors is not known", "get a newer mimicred";
    /// A case asks for something that is not known.
    OperationUnknown = "operation-unknown", Unsupported, "test-vectors/README.md",
        "this operation is not known", "mimicred vectors list --operations lists those that are";
    /// The input of a case is not what its operation takes.
    CaseUnusable = "case-unusable", Malformed, "test-vectors/README.md",
        "the input of this case is not what its operation takes", "mimicred vectors list --operations tells what each takes";
    /// What an outside program answered cannot be read.
    AnswerMalformed = "answer-malformed", Malformed, "test-vectors/README.md",
        "this is not an answer to a case",
        "the program prints one JSON object with result, which is \"valid\", \"unsupported\" or why not, and perhaps output";
    /// A vector that is to be written says something else than this implementation.
    Disagreement = "disagreement", Internal, "test-vectors/README.md",
        "a vector does not say what this implementation does", "this is a bug, please report it with the vector's name";
}
