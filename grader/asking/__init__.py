"""What student code can be asked: typed values both ways, and requests as short lists of steps."""
