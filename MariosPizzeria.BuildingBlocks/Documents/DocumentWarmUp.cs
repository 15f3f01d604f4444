namespace MariosPizzeria.BuildingBlocks.Documents;

/// <summary>
/// Looks up a document, and tries to save one, with a handled message and an event. The save always fails, because no document has its
/// version.
/// </summary>
internal sealed class DocumentWarmUp<T>(IRepository<T> repository) : IWarmUp
    where T : class, IDocument
{
    private static readonly MenuChanged Event = new()
    {
        PizzaId = "warm-up",
        Change = "none",
        Available = false,
    };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _ = PizzeriaJson.Documents.GetTypeInfo(typeof(T));
        await repository.FindAsync("warm-up", cancellationToken);
        if (await repository.ListAsync(Query<T>.All.First(1), cancellationToken) is [var document])
        {
            document.Version = long.MaxValue - 1;
            var message = new HandledMessage(Guid.NewGuid(), nameof(DocumentWarmUp<T>));
            await repository.SaveAsync(document, [Event], message, cancellationToken);
        }
    }
}
