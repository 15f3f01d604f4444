namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>The database does not answer, whichever it is. PostgreSQL's own exception says the same and counts as this one.</summary>
public sealed class DatabaseUnavailableException : Exception
{
    /// <summary>With what the client said, where it said anything.</summary>
    public DatabaseUnavailableException(Exception? inner)
        : base("The database does not answer.", inner) { }
}
