using MariosPizzeria.MenuService.Domain;
using MariosPizzeria.Tests.InProcess;

namespace MariosPizzeria.Tests.Menu;

/// <summary>The Menu service with its initial menu. A test that changes the menu uses its own instance.</summary>
public sealed class MenuFactory : ServiceFactory<Pizza>
{
    public static object Item(string pizzaId, string size = "medium", int quantity = 1, params string[] extraToppings) =>
        new
        {
            pizzaId,
            size,
            quantity,
            extraToppings,
        };

    public static object Order(params object[] items) => new { items };
}
