using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.OrderService.Accounts;

namespace MariosPizzeria.OrderService.Admin;

/// <summary>
/// Creates the Development accounts, one per role. In other environments it creates none: their password is in the source code, so anyone
/// could sign in.
/// </summary>
internal sealed class SeedCommand(Register register, IHostEnvironment environment, Authority? authority = null) : AdminCommand
{
    private const string Password = "test";

    public override string Name => "seed";

    public override string Description => "creates Development's accounts customer, chef, driver and manager";

    public override async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment())
        {
            await Console.Out.WriteLineAsync($"Nothing to seed in {environment.EnvironmentName}: accounts are created with create-user.");
            return 0;
        }

        if (authority is not null)
        {
            await Console.Out.WriteLineAsync($"Nothing to seed: {LocalAccounts.UseLocalAccounts(authority).Detail}");
            return 0;
        }

        foreach (var role in (string[])[Roles.Customer, .. Roles.Staff])
        {
            var made = await register.CreateAsync(
                new(role, char.ToUpperInvariant(role[0]) + role[1..], [role]),
                Password,
                cancellationToken
            );
            if (!made.Succeeded && made.Error.Code != ErrorCodes.AlreadyExists)
            {
                made.OrThrow();
            }

            await Console.Out.WriteLineAsync($"{role}: {(made.Succeeded ? "made" : "there already")}");
        }

        return 0;
    }
}
