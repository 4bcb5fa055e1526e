"""Lines of topics, speakers and statements; feeds and WordPress exports turned into such lines."""
