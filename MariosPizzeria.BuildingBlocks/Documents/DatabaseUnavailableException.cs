namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>A database of any kind does not answer. PostgreSQL's own exception has the same meaning and is handled like this one.</summary>
public sealed class DatabaseUnavailableException : Exception
{
    /// <summary>Creates the exception with the exception of the database client, if there is one.</summary>
    public DatabaseUnavailableException(Exception? inner)
        : base("The database does not answer.", inner) { }
}
