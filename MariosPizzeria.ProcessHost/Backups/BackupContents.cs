namespace MariosPizzeria.ProcessHost.Backups;

/// <summary>The description of a backup: <c>backup.json</c> in its file.</summary>
/// <param name="Format">The format of the file; see <see cref="BackupFile.Format"/>.</param>
/// <param name="Version">The version of the product that ran; null if it is not known.</param>
/// <param name="Databases">The copies, in the order in which their snapshots were taken.</param>
internal sealed record BackupContents(int Format, string? Version, IReadOnlyList<DatabaseCopy> Databases);

/// <summary>The copy of one database, stored in the file as <c>{name}.dump</c>.</summary>
/// <param name="Name">The name of the database.</param>
/// <param name="TakenAt">The time of its snapshot; later commits are not in it.</param>
/// <param name="Tables">The sums of its tables, to be compared after a restore.</param>
internal sealed record DatabaseCopy(string Name, DateTimeOffset TakenAt, IReadOnlyList<TableSum> Tables);

/// <summary>The number of rows of a table and the sum of their hashes.</summary>
/// <param name="Table">The name of the table.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Sum">The sum of the hashes of all rows; it does not depend on the order in which they are read.</param>
internal sealed record TableSum(string Table, long Rows, string Sum);
